import { Lease } from '../ownership/lease.ts';
import type { ReadStore } from '../read-store.ts';

const PROCESSES = 6;

/** Processes that share the store agree on one owner among them. */
export const leaseContract = (store: () => ReadStore): void => {
  it('E21: of many processes that want a lease at once one gets it; it is kept, taken over, and given back', async () => {
    let passed = 0;
    const leases = Array.from(
      { length: PROCESSES },
      (_, n) => new Lease({ name: 'identity', holder: `process-${n}`, store: store(), now: () => passed }),
    );
    const look = async (among = leases) => {
      await Promise.all(among.map((lease) => lease.look()));
      return among.filter(({ isHeld }) => isHeld);
    };
    const [first, ...none] = await look();
    expect(none).toEqual([]);
    for (let second = 0; second < 8; second++) {
      passed += 1_000;
      expect(await look()).toEqual([first]);
    }
    // It is heard of no more.
    const others = leases.filter((lease) => lease !== first);
    await look(others);
    passed += 6_000;
    const [next, ...noneBeside] = await look(others);
    expect(noneBeside).toEqual([]);
    await look([first!]);
    expect(first!.isHeld).toBe(false);
    await next!.stop();
    const last = await look(others.filter((lease) => lease !== next));
    expect(last).toHaveLength(1);
  });
};
