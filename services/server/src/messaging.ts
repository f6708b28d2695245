import type { PublicEventMapper, Requester, ServiceName } from '@muster/contracts';
import { type EnvironmentVariables, InProcessTransport } from '@muster/nest-kit';
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

/** Where the bus is, who this process is there, and for whom else the bus keeps something. */
export type BusSettings = {
  readonly url: string;
  readonly seed?: string | undefined;
  readonly organizations: readonly string[];
};

export const busIn = (environment: EnvironmentVariables): BusSettings | undefined => {
  const { MUSTER_NATS_URL: url, MUSTER_NATS_SEED: seed, MUSTER_BUS_ORGANIZATIONS } = environment;
  return url === undefined ? undefined : { url, seed, organizations: MUSTER_BUS_ORGANIZATIONS };
};

/** The bus of a project over one connection to NATS, which comes and goes (E35). */
const openBus = async ({ url, seed, organizations }: BusSettings, projectId: string, logger: Logger) => {
  const nats = await import('@muster/messaging-nats');
  const link = await nats.NatsLink.open({ url, logger, ...(seed === undefined ? {} : { seed }) });
  const bus = new nats.JetStreamEventBus({ link, projectId, organizations });
  const relay = (parts: RelayParts) => new nats.EventRelay({ ...parts, projectId, bus });
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
const inProcessWithBus = async (bus: BusSettings, projectId: string, logger: Logger): Promise<Messaging> => {
  const { link, relay } = await openBus(bus, projectId, logger);
  return { ...inProcess(), relay, hasBus: true, problem: () => problemOf(link), close: () => link.close() };
};

/** Services in other processes, on this host or another, by way of NATS. */
const overNats = async (bus: BusSettings, projectId: string, logger: Logger): Promise<Messaging> => {
  const { nats, link, relay } = await openBus(bus, projectId, logger);
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
export const openMessaging = async (
  { isWhole, bus }: { readonly isWhole: boolean; readonly bus: BusSettings | undefined },
  projectId: string,
  logger: Logger,
): Promise<Messaging> => {
  if (!isWhole) return overNats(bus!, projectId, logger);
  return bus === undefined ? inProcess() : inProcessWithBus(bus, projectId, logger);
};
