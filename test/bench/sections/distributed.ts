import { NatsServer, natsSource } from '@muster/testkit';
import { measure } from '../child.ts';
import { copyOf, history } from '../histories.ts';
import type { HopResult } from '../measurements/hop.ts';
import type { ReadAfterWriteResult } from '../measurements/read-after-write.ts';
import type { Row } from '../report.ts';
import type { BenchOptions, Section } from '../section.ts';
import { type Shape, startServer } from '../server.ts';
import { untilViewsAreThere } from '../views.ts';
import { addressesOf, logins } from './login.ts';

const WRITES_PER_SECOND = 50;

type Created = { readonly organization: { readonly organization_id: string } };

const readAfterWrite = async (options: BenchOptions, shape: Shape): Promise<ReadAfterWriteResult> => {
  const kept = await history(options, 'year', options.quick ? 10_000 : 100_000);
  const server = await startServer(copyOf(kept, options.scratch, `lag-${shape}`), shape);
  await untilViewsAreThere(server);
  const names = { organization_name: 'Lag', organization_slug: 'lag' };
  const { organization } = await server.post<Created>('/v1/b2b/organizations', names);
  const { url, authorization } = server;
  try {
    return await measure<ReadAfterWriteResult>('read-after-write', {
      url,
      authorization,
      organizationId: organization.organization_id,
      perSecond: options.quick ? 5 : WRITES_PER_SECOND,
      seconds: options.quick ? 1 : 10,
    });
  } finally {
    await server.stop();
  }
};

const hops = async ({ quick }: BenchOptions): Promise<readonly Row[]> => {
  const nats = await NatsServer.start();
  try {
    const seconds = quick ? 0.2 : 5;
    const alone = { atOnce: 1, seconds };
    const many = { atOnce: 32, seconds };
    const over = { natsUrl: nats.url };
    const [one, oneHere] = [
      await measure<HopResult>('hop', { ...alone, ...over }),
      await measure<HopResult>('hop', alone),
    ];
    const [all, allHere] = [
      await measure<HopResult>('hop', { ...many, ...over }),
      await measure<HopResult>('hop', many),
    ];
    return [
      row('a question and its answer, p50', 'ms', one.p50, oneHere.p50),
      row('a question and its answer, p99', 'ms', one.p99, oneHere.p99),
      row('questions, 32 at once', 'per second', all.perSecond, allHere.perSecond),
    ];
  } finally {
    await nats.stop();
  }
};

const row = (what: string, unit: string, measured: number, embedded: number): Row => ({
  what,
  unit,
  measured,
  reference: { name: 'embedded', measured: embedded },
});

/** What the services pay for being processes of their own. */
export const distributed: Section = {
  name: 'distributed',
  title: 'Several processes',
  about:
    'A process for each service, over a NATS server of this machine, beside all services in one process; both on the same log, read store and disk. A question is asked and answered at once, by its own: both ends in one process, NATS between them. Logins as above. A write is followed by a search for what was written, from the acknowledgement of the one to the answer of the other (`Muster-Min-Position`), under 50 writes a second. Six processes and NATS share the two cores with the load.',
  run: async (options) => {
    const { quick, tell } = options;
    if (natsSource()?.kind !== 'program') {
      tell('no nats-server on the PATH: nothing is measured over NATS');
      return [];
    }
    const load = { addresses: addressesOf(quick ? 10 : 100), atOnce: 8, seconds: quick ? 1 : 10 };
    const login = await logins(options, load, 'distributed');
    const loginHere = await logins(options, load);
    const lag = await readAfterWrite(options, 'distributed');
    const lagHere = await readAfterWrite(options, 'standalone');
    return [
      ...(await hops(options)),
      row('e-mail code to session', 'logins/s', login.perSecond, loginHere.perSecond),
      row('p99 of a whole login', 'ms', login.p99, loginHere.p99),
      row('a write found in its view, p50', 'ms', lag.p50, lagHere.p50),
      row('a write found in its view, p99', 'ms', lag.p99, lagHere.p99),
    ];
  },
};
