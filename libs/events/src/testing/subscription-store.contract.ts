import type { SubscriptionStore } from '../stores/subscription-store.ts';
import { eventAt, logId } from './events.ts';

export type StoreUnderTest<Transaction> = {
  /** The same store, as another process opens it. */
  open(): Promise<SubscriptionStore<Transaction>>;
  /** A write of the consumer's own, with the transaction. */
  write(transaction: Transaction, value: string): Promise<void>;
  written(): Promise<readonly string[]>;
};

const nothing = async (): Promise<void> => undefined;
const at = (position: number) => ({ logId, position });

/** What a subscription relies on, whatever keeps its checkpoint. */
export const subscriptionStoreContract = <Transaction>(
  name: string,
  make: () => Promise<StoreUnderTest<Transaction>>,
): void => {
  describe(`${name} as a store of subscriptions`, () => {
    let tested: StoreUnderTest<Transaction>;
    let store: SubscriptionStore<Transaction>;
    beforeEach(async () => {
      tested = await make();
      store = await tested.open();
    });

    it('has no checkpoint for who has not begun', async () => {
      expect(await store.checkpoint('copy')).toBeUndefined();
    });

    it('keeps the checkpoint of each subscription by itself', async () => {
      await store.advance('copy', at(3), nothing);
      await store.advance('copy', at(7), nothing);
      await store.advance('mail', at(5), nothing);
      const other = await tested.open();
      expect(await other.checkpoint('copy')).toEqual({ logId, position: 7 });
      expect(await other.checkpoint('mail')).toEqual({ logId, position: 5 });
    });

    it('E31: keeps the consumer’s own write with it', async () => {
      await store.advance('copy', at(1), (transaction) => tested.write(transaction, 'ada'));
      expect(await tested.written()).toEqual(['ada']);
    });

    it('E31: keeps no checkpoint where the work fails, and no work either where it is atomic', async () => {
      await store.advance('copy', at(1), nothing);
      const failing = store.advance('copy', at(2), async (transaction) => {
        await tested.write(transaction, 'eve');
        throw new Error('refused');
      });
      await expect(failing).rejects.toThrow('refused');
      expect(await store.checkpoint('copy')).toEqual({ logId, position: 1 });
      expect(await tested.written()).toEqual(store.isAtomic ? [] : ['eve']);
    });

    it('E22: keeps what is parked, in the order of the feed and once', async () => {
      const park = (position: number, error: string) =>
        store.advance('copy', at(position), (transaction) =>
          store.park('copy', { event: eventAt(position), error }, transaction),
        );
      await park(12, 'later');
      await park(9, 'broken');
      await park(9, 'broken again');
      const parked = await (await tested.open()).parked('copy');
      expect(parked).toEqual([
        { event: eventAt(9), error: 'broken again' },
        { event: eventAt(12), error: 'later' },
      ]);
      expect(await store.parked('mail')).toEqual([]);
    });

    it('E22: forgets what is released only where its work succeeds', async () => {
      await store.advance('copy', at(9), (transaction) =>
        store.park('copy', { event: eventAt(9), error: 'broken' }, transaction),
      );
      const failing = store.release('copy', eventAt(9), async () => {
        throw new Error('still broken');
      });
      await expect(failing).rejects.toThrow('still broken');
      expect(await store.parked('copy')).toHaveLength(1);
      await store.release('copy', eventAt(9), (transaction) => tested.write(transaction, 'mended'));
      expect(await store.parked('copy')).toEqual([]);
      expect(await tested.written()).toEqual(['mended']);
    });
  });
};
