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
