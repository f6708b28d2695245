import type { LookupHash } from '@muster/eventsourcing';
import { canonicalJson, type Json } from '@muster/kernel';

/**
 * Makes a request's body into a command's content: the log keeps a hash of that, and a plain hash of a body with an
 * address in it could be guessed. This one has a key.
 */
export type KeyedContent = (body: object) => Json;

export const keyedContent =
  (lookupHash: LookupHash): KeyedContent =>
  (body) =>
    lookupHash('command', canonicalJson({ ...body } as Json));
