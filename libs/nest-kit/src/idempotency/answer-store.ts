import type { Instant } from '@muster/kernel';

/** One try at a request that may be repeated. */
export type Attempt = {
  /** Stands for project, caller and `Idempotency-Key`; tells none of them. */
  readonly name: string;
  /** Stands for method, path and body: a repeat is equal in it. */
  readonly request: string;
  /** This try's own mark. */
  readonly owner: string;
  readonly at: Instant;
  /** From then on the try counts as dead, and the next one may begin. */
  readonly leaseUntil: Instant;
  /** From then on the key is free. */
  readonly keptUntil: Instant;
};

/** `begun`: this try is to be made. `in-flight`: another one is being made. `answered`: it was made, with this answer. */
export type Begun =
  | { readonly outcome: 'begun' | 'in-flight' | 'other-request' }
  | { readonly outcome: 'answered'; readonly answer: Uint8Array };

/**
 * Answers to requests with an `Idempotency-Key`, sealed by whoever hands them in. A cache, not truth: what is lost here
 * costs repeated answers only, since the log knows every command (E5). Every adapter passes `answerStoreContract`.
 */
export interface AnswerStore {
  /** Of tries that meet, in several processes too, one is `begun`. */
  begin(attempt: Attempt): Promise<Begun>;

  /** Ends a try with its answer. Does nothing where the try has lost its lease to another. */
  keep(attempt: Pick<Attempt, 'name' | 'owner'>, answer: Uint8Array): Promise<void>;

  /** Ends a try without an answer: the same request may be tried again at once, another one still not. */
  release(attempt: Pick<Attempt, 'name' | 'owner'>): Promise<void>;

  /** Ends a try as if it had never been. */
  forget(attempt: Pick<Attempt, 'name' | 'owner'>): Promise<void>;

  /** Removes up to `limit` of what is kept no longer, and says how many there were. */
  purge(at: Instant, limit: number): Promise<number>;

  close(): Promise<void>;
}
