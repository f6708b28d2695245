import type { ReadStore } from '../read-store.ts';
import { findingContract } from './read-store-finding.contract.ts';
import { leaseContract } from './read-store-lease.contract.ts';
import { writingContract } from './read-store-writing.contract.ts';
import { doors, put } from './view-writes.ts';

/**
 * What every read store does, whatever it is made of. `open` gives an empty one; `reopen` closes a store and opens it
 * again, for adapters that keep what they hold.
 *
 * @example
 * readStoreContract('InMemoryReadStore', async () => new InMemoryReadStore());
 */
export const readStoreContract = (
  name: string,
  open: () => Promise<ReadStore>,
  reopen?: (store: ReadStore) => Promise<ReadStore>,
): void => {
  describe(`${name} as a read store`, () => {
    let current: ReadStore;
    beforeEach(async () => {
      current = await open();
    });
    afterEach(() => current.close());

    writingContract(() => current);
    findingContract(() => current);
    leaseContract(() => current);

    if (!reopen) return;
    it('E20: what was written is there after a restart, with its checkpoint', async () => {
      const checkpoint = { logId: 'log-1', position: 7, revision: 1 };
      const parked = { stream: 'door-1', position: 5, error: 'unknown' };
      await current.write(doors, {
        changes: [put('front', { open: true }, { colour: ['red'] })],
        expected: undefined,
        checkpoint,
        park: [parked],
        release: [],
      });

      current = await reopen(current);

      expect(await current.checkpoint(doors)).toStrictEqual(checkpoint);
      expect(await current.parked(doors)).toStrictEqual([parked]);
      expect(
        await current.find(doors, { where: [{ field: 'colour', anyOf: ['red'] }], limit: 9 }),
      ).toStrictEqual([{ id: 'front', document: { open: true } }]);
    });
  });
};
