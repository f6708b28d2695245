import {
  firstPointer,
  type LivePointer,
  otherSlot,
  ViewConflict,
  type ViewName,
  type ViewSlot,
} from '@muster/eventsourcing';
import { isDuplicateKey, type MongoConnection } from '@muster/mongo-connection';
import type { Model } from 'mongoose';
import { type CatalogEntry, catalogSchema, type SlotState } from './records.ts';

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const FIRST_GENERATION: SlotState = { generation: 1, stored: false, loading: false };

/** @throws where the view's name is not kebab-case: it becomes part of collection names */
const idOf = ({ name, version }: ViewName): string => {
  if (!NAME.test(name) || !Number.isSafeInteger(version) || version < 1)
    throw new Error(`not a view name: ${name} v${version}`);
  return `${name} v${version}`;
};

const pointerOf = ({ live, previous, revision }: CatalogEntry): LivePointer => ({
  slot: live,
  previous,
  revision,
});

/**
 * Knows which slot of a view is live and which generation of each slot is the present one. Asked before every use of a
 * slot, so that processes agree at every moment; everything it says of a view is in one document.
 */
export class Catalog {
  private readonly entries: Model<CatalogEntry>;

  constructor({ mongoose }: MongoConnection) {
    this.entries = mongoose.model<CatalogEntry>('CatalogEntry', catalogSchema);
  }

  async pointer(view: ViewName): Promise<LivePointer> {
    const entry = await this.find(view);
    return entry ? pointerOf(entry) : firstPointer;
  }

  /** @throws ViewConflict */
  async swap(view: ViewName, { slot, revision }: LivePointer): Promise<LivePointer> {
    const { _id } = await this.make(view);
    const pointer = { slot: otherSlot(slot), previous: true, revision: revision + 1 };
    const { matchedCount } = await this.entries.updateOne(
      { _id, live: slot, revision },
      { $set: { live: pointer.slot, previous: true, revision: pointer.revision } },
    );
    if (matchedCount === 0) throw new ViewConflict(view);
    return pointer;
  }

  async stored(): Promise<readonly ViewSlot[]> {
    const entries = await this.entries.find().sort({ name: 1, version: 1 }).lean();
    return entries.flatMap(({ name, version, slots }) =>
      (['a', 'b', 'scratch'] as const)
        .filter((slot) => slots[slot].stored)
        .map((slot) => ({ name, version, slot })),
    );
  }

  /** The first generation where the slot was never written. */
  async state(slot: ViewSlot): Promise<SlotState> {
    return (await this.find(slot))?.slots[slot.slot] ?? FIRST_GENERATION;
  }

  /** Says that a slot holds something; false where it was dropped since that generation was looked up. */
  async put(slot: ViewSlot, { generation, ...state }: SlotState): Promise<boolean> {
    const { _id } = await this.make(slot);
    const path = `slots.${slot.slot}` as const;
    const { matchedCount } = await this.entries.updateOne(
      { _id, [`${path}.generation`]: generation },
      { $set: { [`${path}.stored`]: state.stored, [`${path}.loading`]: state.loading } },
    );
    return matchedCount > 0;
  }

  /** Forgets what the slot holds; readers of the view are told by the pointer's revision. */
  async drop(slot: ViewSlot): Promise<void> {
    for (;;) {
      const { _id, slots, ...entry } = await this.make(slot);
      const { generation } = slots[slot.slot];
      const isPart = slot.slot !== 'scratch';
      const { matchedCount } = await this.entries.updateOne(
        { _id, revision: entry.revision, [`slots.${slot.slot}.generation`]: generation },
        {
          $set: {
            [`slots.${slot.slot}`]: { ...FIRST_GENERATION, generation: generation + 1 },
            previous: entry.previous && (!isPart || slot.slot === entry.live),
            revision: entry.revision + Number(isPart),
          },
        },
      );
      if (matchedCount > 0) return;
    }
  }

  /** What a slot's generation of that name and number is, for who finds its collection. */
  async isPast(view: string, slot: ViewSlot['slot'], generation: number): Promise<boolean> {
    const entry = await this.entries.findById(view).lean();
    return entry !== null && generation < entry.slots[slot].generation;
  }

  private async find(view: ViewName): Promise<CatalogEntry | null> {
    return this.entries.findById(idOf(view)).lean();
  }

  private async make(view: ViewName): Promise<CatalogEntry> {
    const found = await this.find(view);
    if (found) return found;
    const { slot: live, previous, revision } = firstPointer;
    const slots = { a: FIRST_GENERATION, b: FIRST_GENERATION, scratch: FIRST_GENERATION };
    const { name, version } = view;
    const entry = { _id: idOf(view), name, version, live, previous, revision, slots };
    await this.entries.collection.insertOne(entry as never).catch((error: unknown) => {
      if (!isDuplicateKey(error)) throw error;
    });
    return this.make(view);
  }
}
