import {
  type ParkedStream,
  sameCheckpoint,
  ViewConflict,
  type ViewSlot,
  type ViewWrite,
} from '@muster/eventsourcing';
import type { MongoConnection } from '@muster/mongo-connection';
import { type Change, changeOf } from './changes.ts';
import type { Heads, NextHead } from './heads.ts';
import type { Pages } from './pages.ts';
import type { SlotHead } from './records.ts';
import type { SlotDocuments } from './slot-documents.ts';

/** A generation of a slot, found. */
export type PresentSlot = {
  readonly slot: ViewSlot;
  readonly head: string;
  readonly documents: SlotDocuments;
};

/** For so long what was read from a head is acted on without reading it again. */
const TRUSTED_MILLISECONDS = 60_000;
/** Long after whoever acts on an older head has looked at it again. */
const SWEPT_AFTER_MILLISECONDS = 3_600_000;
const SWEEP_EVERY_MILLISECONDS = 600_000;

type Dependencies = {
  readonly connection: MongoConnection;
  readonly heads: Heads;
  readonly pages: Pages;
  /** Most changes that a transaction takes. */
  readonly largestTransaction: number;
};

/**
 * Writes pages, each all or nothing (E20).
 *
 * Where the server has transactions, head and documents are one. Where it has none, the head is the commit: it takes the
 * new checkpoint together with all changes of the page, and from then on the page is written. What is left is to bring
 * the changes into the documents and to take them off the head. Whoever finds a head with changes on it does that before
 * anything else, so a writer may die anywhere. Changes may come in twice, or late: a document takes only those of a later
 * commit than the one that wrote it.
 */
export class PageWriter {
  private readonly swept = new Map<string, number>();

  constructor(private readonly dependencies: Dependencies) {}

  /** The head with nothing left to bring in; undefined where the slot was dropped. */
  async settled({ head: id, documents }: PresentSlot): Promise<SlotHead | undefined> {
    const { heads, pages } = this.dependencies;
    for (;;) {
      const lookedAt = Date.now();
      const head = await heads.find(id);
      if (!head?.pending) return head ?? undefined;
      const changes = await pages.changes(head.pending);
      if (changes) await this.bringIn(head, documents, changes, lookedAt);
    }
  }

  /** @throws ViewConflict, TypeError where a document is no JSON */
  async write(
    present: PresentSlot,
    { changes, expected, checkpoint, park, release }: ViewWrite,
  ): Promise<void> {
    const stored = changes.map(changeOf);
    const head = await this.settled(present);
    if (!head || !sameCheckpoint(head.checkpoint ?? undefined, expected))
      throw new ViewConflict(present.slot);
    const next = { checkpoint, parked: parkedAfter(head.parked, park, release), pending: null };
    const { connection, largestTransaction } = this.dependencies;
    const isOne = connection.hasTransactions && stored.length <= largestTransaction;
    if (stored.length === 0) await this.commit(present, head, next);
    else if (isOne) await this.writeAsOne(present, head, next, stored);
    else await this.writeAhead(present, head, next, stored);
    await this.sweep(present, head);
  }

  private async writeAsOne(
    present: PresentSlot,
    head: SlotHead,
    next: NextHead,
    changes: readonly Change[],
  ): Promise<void> {
    const { connection, heads } = this.dependencies;
    await connection.inTransaction(async (session) => {
      if (!(await heads.commit(head, next, session))) throw new ViewConflict(present.slot);
      await present.documents.apply(changes, head.writes + 1, { session });
    });
  }

  private async writeAhead(
    present: PresentSlot,
    head: SlotHead,
    next: NextHead,
    changes: readonly Change[],
  ): Promise<void> {
    const { pages } = this.dependencies;
    const pending = await pages.keep(head._id, changes);
    const lookedAt = Date.now();
    try {
      await this.commit(present, head, { ...next, pending });
    } catch (error) {
      // Only where it is certain that the head does not name them.
      if (error instanceof ViewConflict) await pages.forget(pending);
      throw error;
    }
    const committed = { ...head, ...next, pending, writes: head.writes + 1 };
    await this.bringIn(committed, present.documents, changes, lookedAt);
  }

  /** @throws ViewConflict */
  private async commit({ slot }: PresentSlot, head: SlotHead, next: NextHead): Promise<void> {
    if (!(await this.dependencies.heads.commit(head, next))) throw new ViewConflict(slot);
  }

  private async bringIn(
    { _id, writes, pending }: SlotHead,
    documents: SlotDocuments,
    changes: readonly Change[],
    lookedAt: number,
  ): Promise<void> {
    const { heads, pages } = this.dependencies;
    let trustedSince = lookedAt;
    const isDue = async (): Promise<boolean> => {
      const elapsed = Math.abs(Date.now() - trustedSince);
      if (elapsed < TRUSTED_MILLISECONDS) return true;
      trustedSince = Date.now();
      return (await heads.find(_id))?.pending?.token === pending!.token;
    };
    await documents.apply(changes, writes, { isDue });
    await heads.settle(_id, pending!);
    await pages.forget(pending!);
  }

  /** What removed documents leave, and parts of pages that were never committed. */
  private async sweep({ documents }: PresentSlot, { _id, pending }: SlotHead): Promise<void> {
    const now = Date.now();
    if (now - (this.swept.get(_id) ?? 0) < SWEEP_EVERY_MILLISECONDS) return;
    this.swept.set(_id, now);
    const before = new Date(now - SWEPT_AFTER_MILLISECONDS);
    await documents.sweep(before);
    await this.dependencies.pages.sweep(_id, before, pending);
  }
}

const parkedAfter = (
  parked: readonly ParkedStream[],
  park: readonly ParkedStream[],
  release: readonly string[],
): readonly ParkedStream[] => {
  const streams = new Map(parked.map((one) => [one.stream, one]));
  for (const stream of release) streams.delete(stream);
  for (const one of park) streams.set(one.stream, one);
  return [...streams.values()].toSorted((a, b) => a.position - b.position);
};
