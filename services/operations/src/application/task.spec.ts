import { Task } from './task.ts';
import type { Walk } from './ports.ts';

const at = '2026-11-24T09:00:00.000Z';

/** Work that ends when the test says so. */
const workInHand = () => {
  let walk: Walk | undefined;
  let end: (result: string) => void = () => undefined;
  let fail: (error: Error) => void = () => undefined;
  const work = (given: Walk) => {
    walk = given;
    return new Promise<string>((resolve, reject) => {
      end = resolve;
      fail = reject;
    });
  };
  return {
    work,
    walk: () => walk!,
    end: (result: string) => end(result),
    fail: (error: Error) => fail(error),
  };
};

describe('long work on the log', () => {
  let now = 0;
  const task = () =>
    new Task<string>(
      () => at,
      () => now,
    );
  beforeEach(() => (now = 0));

  it('is none before it is asked for', () => {
    expect(task().report).toBeNull();
  });

  it('is answered at once, and asked after: how far, how long still, and in the end its result', async () => {
    const [counting, hand] = [task(), workInHand()];
    expect(counting.start(hand.work)).toEqual({
      state: 'running',
      startedAt: at,
      finishedAt: null,
      position: 0,
      head: null,
      etaSeconds: null,
      result: null,
      error: null,
    });
    now = 2_000;
    hand.walk().onProgress(250, 1_000);
    expect(counting.report).toMatchObject({ state: 'running', position: 250, head: 1_000, etaSeconds: 6 });
    hand.end('counted');
    await counting.stop();
    expect(counting.report).toMatchObject({
      state: 'done',
      result: 'counted',
      finishedAt: at,
      etaSeconds: null,
      error: null,
    });
  });

  it('is done one at a time', async () => {
    const [counting, hand] = [task(), workInHand()];
    counting.start(hand.work);
    expect(() => counting.start(hand.work)).toThrow(expect.objectContaining({ code: 'log_busy' }));
    hand.end('first');
    await counting.stop();
    expect(counting.start(hand.work).state).toBe('running');
    hand.end('second');
  });

  it('that fails says so, and can be started again', async () => {
    const [counting, hand] = [task(), workInHand()];
    counting.start(hand.work);
    hand.fail(new RangeError('too far'));
    await counting.stop();
    expect(counting.report).toMatchObject({ state: 'failed', result: null, error: 'RangeError: too far' });
    expect(counting.start(hand.work).error).toBeNull();
    hand.end('then');
  });

  it('is ended with the process', async () => {
    const [counting, hand] = [task(), workInHand()];
    counting.start(hand.work);
    const stopped = counting.stop();
    expect(hand.walk().signal.aborted).toBe(true);
    hand.fail(new Error('aborted'));
    await stopped;
    expect(counting.report?.state).toBe('failed');
  });
});
