// Stands in for modules that make UUIDs: they keep their counters for the whole process, a run needs its own.
import { randomBytes } from 'node:crypto';
import { sourcesInUse } from './sources.ts';

const counters = new WeakMap<object, { millisecond: number; count: number }>();
const outside = {};

/** UUIDv7 (RFC 9562): milliseconds, a count within them, then chance, so that ids sort as they were made. */
export const v7 = (): string => {
  const run = sourcesInUse() ?? outside;
  const counter = counters.get(run) ?? { millisecond: 0, count: 0 };
  const now = Date.now();
  if (now > counter.millisecond) Object.assign(counter, { millisecond: now, count: 0 });
  else counter.count += 1;
  counters.set(run, counter);
  const bytes = randomBytes(16);
  bytes.writeUIntBE(counter.millisecond, 0, 6);
  bytes.writeUInt16BE(0x7000 | (counter.count & 0x0fff), 6);
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
};

export const timeOrderedUuid = v7;
