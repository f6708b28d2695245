import type { Instant } from '@muster/kernel';
import type { AnswerStore, Attempt, Begun } from './answer-store.ts';

type Entry = Pick<Attempt, 'request' | 'keptUntil'> & {
  readonly running: Pick<Attempt, 'owner' | 'leaseUntil'> | null;
  readonly answer: Uint8Array | null;
};

/** An answer store that is gone with its process. */
export class InMemoryAnswerStore implements AnswerStore {
  private readonly entries = new Map<string, Entry>();

  async begin({ name, request, owner, at, leaseUntil, keptUntil }: Attempt): Promise<Begun> {
    const found = this.entries.get(name);
    const entry = found && found.keptUntil > at ? found : undefined;
    if (entry && entry.request !== request) return { outcome: 'other-request' };
    if (entry?.answer) return { outcome: 'answered', answer: entry.answer };
    if (entry?.running && entry.running.leaseUntil > at) return { outcome: 'in-flight' };
    const kept = entry?.keptUntil ?? keptUntil;
    this.entries.set(name, { request, keptUntil: kept, running: { owner, leaseUntil }, answer: null });
    return { outcome: 'begun' };
  }

  async keep(attempt: Pick<Attempt, 'name' | 'owner'>, answer: Uint8Array): Promise<void> {
    this.end(attempt, (entry) => ({ ...entry, running: null, answer }));
  }

  async release(attempt: Pick<Attempt, 'name' | 'owner'>): Promise<void> {
    this.end(attempt, (entry) => ({ ...entry, running: null }));
  }

  async forget(attempt: Pick<Attempt, 'name' | 'owner'>): Promise<void> {
    this.end(attempt, () => undefined);
  }

  async purge(at: Instant, limit: number): Promise<number> {
    const ended = [...this.entries].filter(([, { keptUntil }]) => keptUntil <= at).slice(0, limit);
    for (const [name] of ended) this.entries.delete(name);
    return ended.length;
  }

  async close(): Promise<void> {}

  private end(
    { name, owner }: Pick<Attempt, 'name' | 'owner'>,
    next: (entry: Entry) => Entry | undefined,
  ): void {
    const entry = this.entries.get(name);
    if (entry?.running?.owner !== owner) return;
    const changed = next(entry);
    if (changed) this.entries.set(name, changed);
    else this.entries.delete(name);
  }
}
