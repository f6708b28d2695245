import type { Client } from './client.ts';
import type { Steps } from './steps.ts';
import type { ToldSession } from './told.ts';

const SESSIONS = '/v1/b2b/sessions';
const MINUTE = 60_000;

const withSession =
  (step: string, path: string, body: (session: ToldSession, client: Client) => object) =>
  async (client: Client) => {
    const session = client.pick(client.told.sessions);
    if (session)
      await client.ask(step, { method: 'POST', path: `${SESSIONS}${path}`, body: body(session, client) });
  };

/** R16: dead within a second at every check that reaches the server, however time passes meanwhile. */
const DEAD_WITHIN_MILLISECONDS = 1_000;

const authenticate = async (client: Client): Promise<void> => {
  const { told, world } = client;
  const session = client.pick([
    ...told.sessions.slice(-6),
    ...told.sessions.filter(({ sessionId }) => told.ended.has(sessionId)),
  ]);
  if (!session) return;
  const endedFor = world.scheduler.now() - (told.ended.get(session.sessionId) ?? Infinity);
  const body = { session_token: session.token };
  const answer = await client.ask('authenticate', { method: 'POST', path: `${SESSIONS}/authenticate`, body });
  if (answer?.status !== 200 || endedFor < DEAD_WITHIN_MILLISECONDS) return;
  world.violate('what was ended is dead within a second', `${session.sessionId}, ended for ${endedFor} ms`);
};

/** Ends one session or all of a member, and remembers which are over when that was answered. */
const revoke =
  (
    step: string,
    body: (session: ToldSession) => object,
    meant: (session: ToldSession, other: ToldSession) => boolean,
  ) =>
  async (client: Client): Promise<void> => {
    const { told, world } = client;
    const session = client.pick(told.sessions);
    if (!session) return;
    const over = told.sessions.filter((other) => meant(session, other));
    const answer = await client.ask(step, {
      method: 'POST',
      path: `${SESSIONS}/revoke`,
      body: body(session),
    });
    if (answer?.status === 200)
      for (const { sessionId } of over) told.ended.set(sessionId, world.scheduler.now());
  };

const list = async (client: Client): Promise<void> => {
  const member = client.pick(client.told.members);
  if (!member) return;
  const query = new URLSearchParams({ organization_id: member.organizationId, member_id: member.memberId });
  await client.ask('list sessions', { method: 'GET', path: `${SESSIONS}?${query.toString()}` });
};

/** What is waited for comes at once, or what was given is too late. */
const timePasses = async ({ world, random }: Client): Promise<void> => {
  world.scheduler.jump(random.pick([2, 6, 11, 61, 600, 3_000]) * MINUTE);
};

export const useSessions: Steps = {
  extend: [
    2,
    withSession('extend', '/authenticate', ({ token }) => ({
      session_token: token,
      session_duration_minutes: 90,
    })),
  ],
  setClaims: [
    0.5,
    withSession('set claims', '/authenticate', ({ token }, client) => ({
      session_token: token,
      session_custom_claims: { n: client.unique('claim') },
    })),
  ],
  exchange: [
    3,
    withSession('exchange', '/exchange', ({ token }, client) => ({
      session_token: token,
      organization_id: client.pick(client.told.organizations),
      session_duration_minutes: 60,
    })),
  ],
  authenticate: [5, authenticate],
  revoke: [
    1,
    revoke(
      'revoke',
      ({ sessionId }) => ({ member_session_id: sessionId }),
      (one, other) => one.sessionId === other.sessionId,
    ),
  ],
  revokeAll: [
    0.5,
    revoke(
      'revoke all',
      ({ memberId }) => ({ member_id: memberId }),
      (one, other) => one.memberId === other.memberId,
    ),
  ],
  list: [1, list],
  timePasses: [0.4, timePasses],
};
