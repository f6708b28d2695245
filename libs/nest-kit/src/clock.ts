import { readFileSync } from 'node:fs';
import { type Clock, type Environment, formatId, instantAt, type NewId } from '@muster/kernel';
import { timeOrderedUuid } from '@muster/eventsourcing';

let told = { at: NaN, instant: '' };

/** A call asks for the time again and again: within one millisecond it is told the same text. */
export const systemClock: Clock = () => {
  const at = Date.now();
  if (at !== told.at) told = { at, instant: instantAt(at) };
  return told.instant;
};

const aheadIn = (file: string): number => {
  try {
    return Number(readFileSync(file, 'utf8')) || 0;
  } catch {
    return 0;
  }
};

/** A clock that runs ahead by the milliseconds a file says, so that a test can live through a day. Never in production. */
export const movableClock =
  (file: string): Clock =>
  () =>
    instantAt(Date.now() + aheadIn(file));

/** Time-ordered ids of one project's environment. */
export const newIdIn =
  (environment: Environment): NewId =>
  (type) =>
    formatId(type, environment, timeOrderedUuid());
