import type { PublicEvent } from '@muster/contracts';

/** A piece of the feed: every wanted event behind `after`, up to and including `upTo`. */
export type Stretch = {
  /** The log that positions belong to (E14). */
  readonly logId: string;
  readonly after: number;
  readonly upTo: number;
  readonly events: readonly PublicEvent[];
  /** Called once everything up to here is handled and kept: where it came from need not send it again. */
  readonly settled?: () => void;
};

/** The last of the positions up to which everything is handled. */
export type Checkpoint = { readonly logId: string; readonly position: number };
