import type { LookupHash } from '@muster/eventsourcing';
import { canonicalJson, type Json } from '@muster/kernel';

/**
 * What was asked, as a command's content. The log keeps a hash of that for ever, and a plain one of a body with an
 * address in it could be guessed by whoever reads the log after the address was erased: this one has a key (R54).
 */
export class KeyedContent {
  constructor(private readonly lookupHash: LookupHash) {}

  /** @param asked target, body: whatever makes it this command and no other */
  of(...asked: readonly object[]): Json {
    return this.lookupHash('command', canonicalJson(asked.map((part) => ({ ...part })) as Json));
  }
}
