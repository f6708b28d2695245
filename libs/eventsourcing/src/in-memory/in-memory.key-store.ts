import { randomBytes } from 'node:crypto';
import type { KeyRange, KeyStore } from '../key-store.ts';

/** A key store that is gone with its process. */
export class InMemoryKeyStore implements KeyStore {
  private readonly keys: Map<string, Uint8Array>;
  private readonly tombstones: Set<string>;

  /** @param from begins with the keys that this one holds; from then on they know nothing of each other */
  constructor({ from }: { readonly from?: InMemoryKeyStore } = {}) {
    this.keys = new Map(from?.keys);
    this.tombstones = new Set(from?.tombstones);
  }

  async ensure(keyId: string): Promise<Uint8Array | undefined> {
    if (this.tombstones.has(keyId)) return undefined;
    const key = this.keys.get(keyId) ?? new Uint8Array(randomBytes(32));
    this.keys.set(keyId, key);
    return key;
  }

  async find(keyIds: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>> {
    const found = keyIds.map((keyId) => [keyId, this.keys.get(keyId)] as const);
    return new Map(found.filter((entry): entry is [string, Uint8Array] => entry[1] !== undefined));
  }

  async destroyed(keyIds: readonly string[]): Promise<ReadonlySet<string>> {
    return new Set(keyIds.filter((keyId) => this.tombstones.has(keyId)));
  }

  async list({ from, before }: KeyRange, limit: number): Promise<readonly string[]> {
    const inRange = [...this.keys.keys()].filter((keyId) => keyId >= from && keyId < before);
    return inRange.toSorted().slice(0, limit);
  }

  async destroy(keyId: string): Promise<void> {
    this.tombstones.add(keyId);
    this.keys.delete(keyId);
  }

  async close(): Promise<void> {}
}
