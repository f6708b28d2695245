import { setTimeout as sleep } from 'node:timers/promises';

/** Asks again and again until the answer is yes: the way to wait for what happens behind a call. */
export const eventually = async (
  condition: () => boolean | Promise<boolean>,
  milliseconds = 10_000,
): Promise<void> => {
  const deadline = performance.now() + milliseconds;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`in vain: ${condition.toString()}`);
    await sleep(1);
  }
};
