import type { Requester, ServiceName } from '@muster/contracts';
import { InProcessTransport } from '@muster/nest-kit';
import type { CustomTransportStrategy } from '@nestjs/microservices';
import type { Logger } from 'pino';

/** How services ask one another. */
export type Messaging = {
  readonly requester: Requester;
  /** What a service listens with. */
  serverOf(service: ServiceName): CustomTransportStrategy;
  /** What it waits for; undefined where nothing is in the way. */
  problem(): string | undefined;
  close(): Promise<void>;
};

/** All services are in this process: no server is needed between them. */
export const inProcess = (): Messaging => {
  const transport = new InProcessTransport();
  return {
    requester: transport,
    serverOf: () => transport.server(),
    problem: () => undefined,
    close: async () => {},
  };
};

/** Services in other processes, on this host or another, by way of NATS. */
export const overNats = async (url: string, projectId: string, logger: Logger): Promise<Messaging> => {
  const { NatsLink, NatsRequester, NatsRequestServer } = await import('@muster/messaging-nats');
  const link = await NatsLink.open({ url, logger });
  return {
    requester: new NatsRequester({ link, projectId }),
    serverOf: (service) => new NatsRequestServer({ link, projectId, service }),
    problem: () => (link.problem === undefined ? undefined : 'nats'),
    close: () => link.close(),
  };
};
