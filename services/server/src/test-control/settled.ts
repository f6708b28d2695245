import { setTimeout as pause } from 'node:timers/promises';
import { UnavailableError } from '@muster/kernel';
import type { ServerPlatform } from '../platform.ts';

/** Holds one document for each mail that is asked for and not out yet. */
const OUTBOX = 'identity-outbox';
const PAUSE_MILLISECONDS = 2;

/**
 * Waits until nothing is left to be done of what was asked for: every view has reached the head, all mail is out, and
 * nothing was written meanwhile.
 * @returns the head
 * @throws UnavailableError naming a view that stands still, or the mail that does not go out, when the time is up
 */
export const settled = async (
  { log, views }: Pick<ServerPlatform, 'log' | 'views'>,
  withinMilliseconds: number,
): Promise<number> => {
  const deadline = performance.now() + withinMilliseconds;
  for (;;) {
    const head = await log.head();
    const left = Math.max(0, deadline - performance.now());
    await Promise.all(views.all().map((view) => view.waitFor(head, left)));
    const unsent = await views.get(OUTBOX).count([]);
    if (unsent === 0 && (await log.head()) === head) return head;
    if (left === 0) throw new UnavailableError(unsent === 0 ? 'event log' : 'mail');
    await pause(PAUSE_MILLISECONDS);
  }
};
