import { setImmediate as nextTurn } from 'node:timers/promises';

const TURN_MILLISECONDS = 10;
/** Looking at the clock costs more than most steps of the work. */
const STEPS = 64;

/** Lets others have their turn every few milliseconds of a long work; says so where it shall end. */
export const breather = (signal: AbortSignal): (() => Promise<void> | undefined) => {
  let steps = 0;
  let since = performance.now();
  const pause = async () => {
    await nextTurn();
    signal.throwIfAborted();
    since = performance.now();
  };
  return () => {
    if (++steps % STEPS > 0 || performance.now() - since < TURN_MILLISECONDS) return undefined;
    return pause();
  };
};
