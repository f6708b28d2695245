import type {
  Document,
  DocumentChange,
  IndexEntries,
  ReadStore,
  ViewSlot,
  ViewWrite,
} from '../read-store.ts';

/** The slot of these examples. */
export const doors: ViewSlot = { name: 'doors', version: 1, slot: 'a' };

export const put = (id: string, document: Document, indexes: IndexEntries = {}): DocumentChange => ({
  id,
  document,
  indexes,
});

export const remove = (id: string): DocumentChange => ({ id, document: undefined });

/** Writes over whatever checkpoint is stored, one position further. */
export const writeNext = async (
  store: ReadStore,
  slot: ViewSlot,
  changes: readonly DocumentChange[],
  rest: Partial<ViewWrite> = {},
): Promise<void> => {
  const expected = await store.checkpoint(slot);
  const { position, revision } = expected ?? { position: 0, revision: 0 };
  const checkpoint = { logId: 'log-1', position: position + 1, revision: revision + 1 };
  await store.write(slot, { changes, expected, checkpoint, park: [], release: [], ...rest });
};
