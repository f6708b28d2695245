import { setTimeout as sleep } from 'node:timers/promises';

/** Pauses between attempts, in milliseconds: doubled each time, up to a most. */
export type BackOff = { readonly first: number; readonly most: number };

export const defaultBackOff: BackOff = { first: 50, most: 5_000 };

/** The pause after the nth failure in a row, from 0. */
export const pauseAfter = (failures: number, { first, most }: BackOff): number =>
  Math.min(most, first * 2 ** failures);

/** Waits, or less where the signal aborts. */
export const pause = async (milliseconds: number, signal: AbortSignal): Promise<void> => {
  await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
};

/** Runs work with a signal that aborts with the given one, or when the time is up. Tells whether it was. */
export const atMost = async (
  milliseconds: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<boolean> => {
  const ending = new AbortController();
  const end = () => ending.abort();
  const timer = setTimeout(end, milliseconds);
  signal.addEventListener('abort', end, { once: true });
  try {
    if (!signal.aborted) await work(ending.signal);
    return ending.signal.aborted && !signal.aborted;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
  }
};
