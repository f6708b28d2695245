import { postContext, postEcho, startPostOffice } from '@muster/nest-kit/testing';
import { InProcessTransport } from '@muster/nest-kit';
import { NatsLink, NatsRequester, NatsRequestServer } from '@muster/messaging-nats';
import type { Requester } from '@muster/contracts';
import { Latencies } from '../latencies.ts';

export type HopParameters = {
  /** Over NATS where a server is named, else in process. */
  readonly natsUrl?: string;
  readonly atOnce: number;
  readonly seconds: number;
};
export type HopResult = { readonly perSecond: number; readonly p50: number; readonly p99: number };

const PARCEL = { label: 'a question as long as most of them are: an organization, an address, a reason' };
const PROJECT = 'project-test-00000000-0000-4000-8000-000000000001';

/** Questions to a service that answers at once: what the way there and back costs. */
export const run = async ({ natsUrl, atOnce, seconds }: HopParameters): Promise<HopResult> => {
  const { requester, close } = natsUrl === undefined ? await inProcess() : await overNats(natsUrl);
  const latencies = new Latencies();
  const started = performance.now();
  const until = started + seconds * 1_000;
  const asker = async (): Promise<void> => {
    while (performance.now() < until) {
      const began = performance.now();
      await requester.ask(postEcho, PARCEL, postContext);
      latencies.add(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, asker));
  const took = performance.now() - started;
  await close();
  return {
    perSecond: (latencies.count / took) * 1_000,
    p50: latencies.quantile(0.5),
    p99: latencies.quantile(0.99),
  };
};

type Ends = { readonly requester: Requester; readonly close: () => Promise<void> };

const inProcess = async (): Promise<Ends> => {
  const transport = new InProcessTransport();
  const office = await startPostOffice(transport.server());
  return { requester: transport, close: () => office.close() };
};

const overNats = async (url: string): Promise<Ends> => {
  const link = await NatsLink.open({ url });
  const office = await startPostOffice(new NatsRequestServer({ link, projectId: PROJECT, service: 'post' }));
  return {
    requester: new NatsRequester({ link, projectId: PROJECT }),
    close: async () => {
      await office.close();
      await link.close();
    },
  };
};
