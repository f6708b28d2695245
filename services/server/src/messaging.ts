import type { PublicEventMapper, Requester, ServiceName } from '@muster/contracts';
import { InProcessTransport } from '@muster/nest-kit';
import type { EventLog } from '@muster/eventsourcing';
import type { EventRelay, NatsLink } from '@muster/messaging-nats';
import type { CustomTransportStrategy } from '@nestjs/microservices';
import type { Logger } from 'pino';

/** What a relay tells, and where it takes it from. */
export type RelayParts = {
  readonly log: EventLog;
  readonly mapper: PublicEventMapper;
  readonly onProblem: (problem: string) => void;
};

/** How services ask one another, and how public events leave them. */
export type Messaging = {
  readonly requester: Requester;
  /** What a service listens with. */
  serverOf(service: ServiceName): CustomTransportStrategy;
  /** What puts public events on the bus (E30); undefined where there is none. */
  relay(parts: RelayParts): EventRelay | undefined;
  /** Whether there is a bus at all. */
  readonly hasBus: boolean;
  /** What it waits for; undefined where nothing is in the way. */
  problem(): string | undefined;
  close(): Promise<void>;
};

/** The bus of a project over one connection to NATS, which comes and goes (E35). */
const openBus = async (url: string, projectId: string, logger: Logger) => {
  const nats = await import('@muster/messaging-nats');
  const link = await nats.NatsLink.open({ url, logger });
  const relay = (parts: RelayParts) =>
    new nats.EventRelay({ ...parts, projectId, bus: new nats.JetStreamEventBus({ link, projectId }) });
  return { nats, link, relay };
};

const problemOf = (link: NatsLink): string | undefined => (link.problem === undefined ? undefined : 'nats');

/** All services are in this process: no server is needed between them. */
export const inProcess = (): Messaging => {
  const transport = new InProcessTransport();
  return {
    requester: transport,
    serverOf: () => transport.server(),
    relay: () => undefined,
    hasBus: false,
    problem: () => undefined,
    close: async () => {},
  };
};

/** All services are in this process, and what they tell others goes on a bus. */
export const inProcessWithBus = async (
  url: string,
  projectId: string,
  logger: Logger,
): Promise<Messaging> => {
  const { link, relay } = await openBus(url, projectId, logger);
  return { ...inProcess(), relay, hasBus: true, problem: () => problemOf(link), close: () => link.close() };
};

/** Services in other processes, on this host or another, by way of NATS. */
export const overNats = async (url: string, projectId: string, logger: Logger): Promise<Messaging> => {
  const { nats, link, relay } = await openBus(url, projectId, logger);
  return {
    requester: new nats.NatsRequester({ link, projectId }),
    serverOf: (service) => new nats.NatsRequestServer({ link, projectId, service }),
    relay,
    hasBus: true,
    problem: () => problemOf(link),
    close: () => link.close(),
  };
};

/** What the configuration asks for: a process of one service cannot do without NATS, a whole one can. */
export const openMessaging = (
  { isWhole, url }: { readonly isWhole: boolean; readonly url: string | undefined },
  projectId: string,
  logger: Logger,
): Promise<Messaging> => {
  if (!isWhole) return overNats(url!, projectId, logger);
  return url === undefined ? Promise.resolve(inProcess()) : inProcessWithBus(url, projectId, logger);
};
