import { eventBusContract } from './event-bus.contract.ts';
import { InMemoryEventBus } from './in-memory.event-bus.ts';

eventBusContract('InMemoryEventBus', async () => {
  const bus = new InMemoryEventBus();
  return { open: () => bus };
});
