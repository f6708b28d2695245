import type { ViewSlot } from '@muster/eventsourcing';
import type { MongoConnection } from '@muster/mongo-connection';
import type { Catalog } from './catalog.ts';
import type { Heads } from './heads.ts';
import type { Pages } from './pages.ts';
import { SlotDocuments } from './slot-documents.ts';

const COLLECTION = /^view\.(?<name>[a-z0-9-]+)\.v(?<version>\d+)\.(?<slot>a|b|scratch)\.(?<generation>\d+)$/;

/** Each generation of a slot has a collection of its own; a name never comes twice. */
export const collectionOf = ({ name, version, slot }: ViewSlot, generation: number): string =>
  `view.${name}.v${version}.${slot}.${generation}`;

/** Removes what dropped generations have left, where a process died or one that was late wrote to one of them. */
export const removeLeftovers = async (
  connection: MongoConnection,
  { catalog, heads, pages }: { readonly catalog: Catalog; readonly heads: Heads; readonly pages: Pages },
): Promise<void> => {
  for (const { _id, view, slot, generation } of await heads.all())
    if (await catalog.isPast(view, slot, generation)) {
      await pages.forgetAll(_id);
      await heads.drop(_id);
    }
  for (const { name: collection } of await connection.mongoose.listCollections()) {
    const { name, version, slot, generation } = COLLECTION.exec(collection)?.groups ?? {};
    if (name === undefined) continue;
    if (await catalog.isPast(`${name} v${version}`, slot as ViewSlot['slot'], Number(generation)))
      await new SlotDocuments(connection, collection).drop();
  }
};
