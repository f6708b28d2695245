import { setTimeout as pause } from 'node:timers/promises';
import { InMemoryReadStore } from '../in-memory/in-memory.read-store.ts';
import { FaultyReadStore } from '../testing/faulty.ts';
import { Lease } from './lease.ts';

const HOUR = 3_600_000;

/** Processes that share a store, each with a clock of its own. */
const processes = (store: InMemoryReadStore = new InMemoryReadStore()) => {
  let passed = 0;
  return {
    store,
    pass: (milliseconds: number) => (passed += milliseconds),
    process: (holder: string, clockStartsAt = 0) =>
      new Lease({ name: 'identity', holder, store, now: () => clockStartsAt + passed }),
  };
};

describe('a lease', () => {
  it('is held by the first who looks, and by nobody else for as long as it is renewed', async () => {
    const { process, pass } = processes();
    const [first, second] = [process('first'), process('second')];
    for (let n = 0; n < 20; n++) {
      await first.look();
      await second.look();
      expect([first.isHeld, second.isHeld]).toEqual([true, false]);
      pass(1_000);
    }
    expect([first.owner, second.owner]).toEqual(['first', 'first']);
  });

  it('is given to one of many who look at once', async () => {
    const { process } = processes(new FaultyReadStore());
    const all = Array.from({ length: 8 }, (_, n) => process(`process-${n}`));
    await Promise.all(all.map((lease) => lease.look()));
    expect(all.filter(({ isHeld }) => isHeld)).toHaveLength(1);
  });

  it('of a process that died is taken 6 s after the last renewal was seen, whatever the clocks say', async () => {
    for (const ahead of [-HOUR, 0, HOUR]) {
      const { process, pass } = processes();
      const [first, second] = [process('first'), process('second', ahead)];
      await first.look();
      await second.look();
      for (let second_ = 1; second_ <= 5; second_++) {
        pass(1_000);
        await second.look();
        expect(second.isHeld).toBe(false);
      }
      pass(1_000);
      await second.look();
      expect(second.isHeld).toBe(true);
      expect(second.owner).toBe('second');
    }
  });

  it('is not relied on any more by who stood still, before another process has it', async () => {
    const { process, pass } = processes();
    const [first, second] = [process('first'), process('second')];
    await first.look();
    await second.look();
    pass(4_000);
    // It has not looked at the store since, and needs not to.
    expect([first.isHeld, second.isHeld]).toEqual([false, false]);
    pass(2_000);
    await second.look();
    await first.look();
    expect([first.isHeld, second.isHeld]).toEqual([false, true]);
    await first.look();
    expect(first.owner).toBe('second');
  });

  it('is renewed by who stood still where nobody took it meanwhile', async () => {
    const { process, pass } = processes();
    const first = process('first');
    await first.look();
    pass(HOUR);
    expect(first.isHeld).toBe(false);
    await first.look();
    expect(first.isHeld).toBe(true);
  });

  it('is let go by who cannot reach the store, and not before its time', async () => {
    const store = new FaultyReadStore();
    const { process, pass } = processes(store);
    const first = process('first');
    await first.look();
    store.fails = () => 'before';
    pass(3_000);
    await first.look();
    expect(first.isHeld).toBe(true);
    pass(1_000);
    await first.look();
    expect(first.isHeld).toBe(false);
    store.fails = () => undefined;
    await first.look();
    expect(first.isHeld).toBe(true);
  });

  it('is known again by who wrote it and did not learn so', async () => {
    const store = new FaultyReadStore();
    const { process, pass } = processes(store);
    const first = process('first');
    store.fails = () => 'after';
    await first.look();
    expect(first.isHeld).toBe(false);
    store.fails = () => undefined;
    await first.look();
    expect(first.isHeld).toBe(true);
    store.fails = () => 'after';
    pass(1_000);
    await first.look();
    store.fails = () => undefined;
    await first.look();
    await first.look();
    expect(first.isHeld).toBe(true);
  });

  it('is free at once where its owner ends as it should', async () => {
    const { process } = processes();
    const [first, second] = [process('first'), process('second')];
    await first.look();
    await second.look();
    await first.stop();
    expect(first.isHeld).toBe(false);
    await second.look();
    expect(second.isHeld).toBe(true);
  });

  it('is another one for another name', async () => {
    const store = new InMemoryReadStore();
    const [one, other] = ['identity', 'session'].map((name) => new Lease({ name, holder: name, store }));
    await one!.look();
    await other!.look();
    expect([one!.isHeld, other!.isHeld]).toEqual([true, true]);
  });

  it('tells who waits for it, and who watches it', async () => {
    const { process, pass } = processes();
    const [first, second] = [process('first'), process('second')];
    const heard: boolean[] = [];
    second.onChange((isHeld) => heard.push(isHeld));
    await first.look();
    let isResolved = false;
    const waiting = second.whenHeld(new AbortController().signal).then(() => (isResolved = true));
    await second.look();
    await pause(1);
    expect([isResolved, heard]).toEqual([false, []]);
    await first.stop();
    await second.look();
    await waiting;
    expect(heard).toEqual([true]);
    pass(4_000);
    await first.look();
    expect(heard).toEqual([true]);
    await second.stop();
    expect(heard).toEqual([true, false]);
  });

  it('is waited for no longer than asked', async () => {
    const { process } = processes();
    const ending = new AbortController();
    const waiting = process('first').whenHeld(ending.signal);
    ending.abort();
    await waiting;
    expect(ending.signal.aborted).toBe(true);
  });

  it('is looked after for as long as it runs', async () => {
    const times = { renewEvery: 1, trustedFor: 10_000, takenAfter: 20_000 };
    const store = new InMemoryReadStore();
    const first = new Lease({ name: 'identity', holder: 'first', store, times });
    const second = new Lease({ name: 'identity', holder: 'second', store, times });
    first.start();
    await first.whenHeld(new AbortController().signal);
    second.start();
    await first.stop();
    await second.whenHeld(AbortSignal.timeout(5_000));
    expect([first.isHeld, second.isHeld]).toEqual([false, true]);
    await second.stop();
  });
});
