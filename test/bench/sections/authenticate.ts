import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { dieTogether, root, sourceFlags } from '../child.ts';
import { history, copyOf } from '../histories.ts';
import { type Load, type LoadResult, putLoad } from '../load.ts';
import type { Row } from '../report.ts';
import { beside, type Section } from '../section.ts';
import { codeFor, type RunningServer, startServer } from '../server.ts';
import { untilViewsAreThere } from '../views.ts';

type Session = {
  readonly session_token: string;
  readonly session_jwt: string;
  readonly request_id: string;
};
type Created = { readonly organization: { readonly organization_id: string } };

/** Somebody new, logged in. */
const logIn = async (server: RunningServer): Promise<Session> => {
  const { organization } = await server.post<Created>('/v1/b2b/organizations', {
    organization_name: 'Bench',
    organization_slug: 'bench',
  });
  const { organization_id } = organization;
  const email_address = 'ada@bench.example';
  await server.post(`/v1/b2b/organizations/${organization_id}/members`, { email_address, name: 'Ada' });
  await server.post('/v1/b2b/otps/email/login_or_signup', { organization_id, email_address });
  const code = await codeFor(server, email_address);
  const proof = { organization_id, email_address, code, session_duration_minutes: 600 };
  return server.post<Session>('/v1/b2b/otps/email/authenticate', proof);
};

const bareFastify = async (answer: object): Promise<{ readonly url: string; stop(): void }> => {
  const child = fork(join(root, 'test/bench/bare-fastify.ts'), [JSON.stringify(answer)], {
    execArgv: sourceFlags,
  });
  dieTogether(child);
  const [message] = (await once(child, 'message')) as [{ url: string }];
  return { url: message.url, stop: () => child.kill() };
};

const CONNECTIONS = 16;

/** Turn and turn about, so that whatever else the machine does meets both; the middle one of each counts. */
const inTurns = async (
  turns: number,
  ours: () => Promise<LoadResult>,
  theirs: () => Promise<LoadResult>,
): Promise<readonly [LoadResult, LoadResult]> => {
  const [a, b]: [LoadResult[], LoadResult[]] = [[], []];
  for (let turn = 0; turn < turns; turn++) {
    a.push(await ours());
    b.push(await theirs());
  }
  const middle = (results: LoadResult[]) =>
    results.toSorted((one, other) => one.perSecond - other.perSecond)[results.length >> 1]!;
  return [middle(a), middle(b)];
};

export const authenticate: Section = {
  name: 'authenticate',
  title: '`sessions/authenticate`',
  about:
    'A standalone server in its own process over a generated year, `POST /v1/b2b/sessions/authenticate` over HTTP with 16 connections from a load generator in a third process. The reference is one Fastify route in its own process that parses the same request and answers the same JSON, without looking at it.',
  run: async (options) => {
    const { references, quick, scratch } = options;
    if (!references) return [];
    const kept = await history(options, 'year', quick ? 10_000 : 100_000);
    const dataDirectory = copyOf(kept, scratch, 'authenticate');
    const server = await startServer(dataDirectory);
    await untilViewsAreThere(server);
    const session = await logIn(server);
    const url = `${server.url}/v1/b2b/sessions/authenticate`;
    const headers = { authorization: server.authorization, 'content-type': 'application/json' };
    const rows: Row[] = [];
    const seconds = quick ? 1 : 8;
    for (const [by, given] of [
      ['token', { session_token: session.session_token }],
      ['JWT', { session_jwt: session.session_jwt }],
    ] as const) {
      const load: Load = { url, headers, body: JSON.stringify(given), connections: CONNECTIONS, seconds };
      const answer = await server.post<object>('/v1/b2b/sessions/authenticate', given);
      const bare = await bareFastify(answer);
      await putLoad(references, { ...load, seconds: quick ? 1 : 4 });
      const [ours, theirs] = await inTurns(
        quick ? 1 : 3,
        () => putLoad(references, load),
        () => putLoad(references, { ...load, url: bare.url }),
      );
      const steady = await putLoad(references, { ...load, rate: quick ? 100 : 1_000 });
      bare.stop();
      rows.push(
        {
          what: `authenticate by ${by}`,
          unit: 'requests/s',
          measured: ours.perSecond,
          ...beside('bare Fastify', theirs.perSecond),
          budget: { atLeastTimes: 0.5 },
        },
        {
          what: `p99 of authenticate by ${by} at ${quick ? 100 : '1,000'}/s`,
          unit: 'ms',
          measured: steady.p99,
          budget: { atMost: 15 },
          note: `${Math.round(steady.perSecond)} requests/s were answered`,
        },
      );
    }
    await server.stop();
    return rows;
  },
};
