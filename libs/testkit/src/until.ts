import { setTimeout as pause } from 'node:timers/promises';

const PAUSE_MILLISECONDS = 20;

/**
 * Asks again and again until there is an answer, and gives that answer. The way to wait for what happens behind a call
 * (mail, read models, a process that starts): a condition with a deadline, never a fixed pause.
 * @throws Error naming `what` when there is still no answer after `milliseconds`
 */
export const until = async <T>(
  what: string,
  ask: () => Promise<T | undefined>,
  milliseconds = 10_000,
): Promise<T> => {
  const deadline = Date.now() + milliseconds;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`waited ${milliseconds} ms in vain for ${what}`);
    await pause(PAUSE_MILLISECONDS);
  }
};
