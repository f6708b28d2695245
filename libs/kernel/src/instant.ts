/** A point in time: RFC 3339, UTC, milliseconds (`2026-11-23T09:30:00.000Z`), so that text order is time order. */
export type Instant = string;

const MILLISECONDS = { second: 1_000, minute: 60_000, day: 86_400_000 } as const;

/** The instant of a number of milliseconds since the epoch. */
export const instantAt = (milliseconds: number): Instant => new Date(milliseconds).toISOString();

/** Milliseconds since the epoch. */
export const millisecondsOf = (instant: Instant): number => Date.parse(instant);

const plus =
  (unit: number) =>
  (instant: Instant, amount: number): Instant =>
    instantAt(millisecondsOf(instant) + amount * unit);

export const plusSeconds = plus(MILLISECONDS.second);
export const plusMinutes = plus(MILLISECONDS.minute);
export const plusDays = plus(MILLISECONDS.day);

/** The earlier of two instants. */
export const earlierOf = (a: Instant, b: Instant): Instant => (a < b ? a : b);

/** The later of two instants. */
export const laterOf = (a: Instant, b: Instant): Instant => (a > b ? a : b);

/** Tells the time. Only application, reactors and adapters have one; deciders are told. */
export type Clock = () => Instant;
