import { requesterContract } from '../testing/requester.contract.ts';
import { InProcessTransport } from './in-process.transport.ts';

requesterContract('InProcessTransport', async () => {
  const transport = new InProcessTransport();
  return { requester: transport, server: () => transport.server(), close: async () => {} };
});
