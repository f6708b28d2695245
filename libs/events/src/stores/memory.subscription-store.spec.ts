import { subscriptionStoreContract } from '../testing/subscription-store.contract.ts';
import { MemorySubscriptionStore } from './memory.subscription-store.ts';

subscriptionStoreContract('MemorySubscriptionStore', async () => {
  const store = new MemorySubscriptionStore();
  const written: string[] = [];
  return {
    open: async () => store,
    write: async (_, value) => void written.push(value),
    written: async () => written,
  };
});
