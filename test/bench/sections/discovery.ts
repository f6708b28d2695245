import { manyPlaces } from '../../history/crowd.ts';
import { copyOf, history } from '../histories.ts';
import { Latencies } from '../latencies.ts';
import { beside, type BenchOptions, type Section } from '../section.ts';
import { codeFor, startServer } from '../server.ts';
import { untilViewsAreThere } from '../views.ts';

type Proven = { readonly intermediate_session_token: string };
type Listed = { readonly discovered_organizations: readonly unknown[] };

const MEMBERSHIPS = 100;
/** The middle of many calls, one after the other, in milliseconds. */
const timeAmong = async (options: BenchOptions, members: number): Promise<number> => {
  const dataDirectory = copyOf(await history(options, 'crowd', members), options.scratch, 'discovery');
  const server = await startServer(dataDirectory);
  const email_address = manyPlaces;
  await untilViewsAreThere(server);
  await server.post('/v1/b2b/otps/email/discovery/send', { email_address });
  const code = await codeFor(server, email_address);
  const { intermediate_session_token } = await server.post<Proven>(
    '/v1/b2b/otps/email/discovery/authenticate',
    { email_address, code },
  );
  const list = () => server.post<Listed>('/v1/b2b/discovery/organizations', { intermediate_session_token });
  for (let warm = 0; warm < 20; warm++) await list();
  const latencies = new Latencies();
  for (let call = 0; call < (options.quick ? 5 : 100); call++) {
    const began = performance.now();
    const { discovered_organizations } = await list();
    latencies.add(performance.now() - began);
    if (discovered_organizations.length !== MEMBERSHIPS)
      throw new Error(`${discovered_organizations.length} organizations were discovered`);
  }
  await server.stop();
  return latencies.quantile(0.5);
};

export const discovery: Section = {
  name: 'discovery',
  title: 'Discovery',
  about:
    'A person who is a member of 100 organizations asks where they may go (`POST /v1/b2b/discovery/organizations`), one call after the other, over HTTP; the middle of 100 calls. The reference is the same among 1,000 members.',
  run: async (options) => {
    const few = await timeAmong(options, 1_000);
    const many = options.quick ? 5_000 : 1_000_000;
    return [
      {
        what: `discovery of 100 organizations among ${many.toLocaleString('en-US')} members`,
        unit: 'ms',
        measured: await timeAmong(options, many),
        ...beside('among 1,000', few),
        budget: { atMostTimes: 1.3 },
      },
    ];
  },
};
