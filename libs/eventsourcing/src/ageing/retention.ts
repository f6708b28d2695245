import type { Instant, JsonObject } from '@muster/kernel';

/**
 * How long a category's payloads are kept (E13). `permanent`: for ever. Otherwise its streams are flows that end, and
 * an operator may drop what was said in those that ended long ago.
 */
export type Retention<S> = 'permanent' | AgedRetention<S>;

export type AgedRetention<S> = {
  /**
   * When the flow was over; undefined as long as it is not, and where a later decision could still depend on it.
   * `lastAt` is the instant of the stream's last command. A category that has views says so only where an event has
   * ended the flow: a view cannot see time pass, and must have let go of the flow before its payloads go.
   */
  readonly endedAt: (state: NoInfer<S>, lastAt: Instant) => Instant | undefined;
  /** What folding gives in the place of dropped facts: a flow of which nothing is known but that it is over. */
  readonly remains: NoInfer<S>;
};

/**
 * All categories that may ever lose a payload: a second lock beside each aggregate's own declaration, turned by every
 * adapter. Whoever adds a flow adds it here; nothing permanent can be dropped by a slip in one place (E13).
 */
export const agedCategories: ReadonlySet<string> = new Set([
  'attempts',
  'effect',
  'emailCode',
  'emailLink',
  'intermediateSession',
  'login',
  'session',
]);

/** What stands in the log for a payload that ageing dropped. */
export const agedPayload: JsonObject = { $aged: true };

/** True where a recorded event has lost its payload: its type and place are all there is to know of it. */
export const hasAged = ({ data }: { readonly data: JsonObject }): boolean => data['$aged'] === true;

/** The type of an event that lost its payload, as it is decoded: one that no `switch` takes for a fact. */
export const AGED = '$aged';

/** True for a decoded event that lost its payload: folds and projections skip it. */
export const isAged = ({ event }: { readonly event: { readonly type: string } }): boolean =>
  event.type === AGED;
