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
  authenticate: [5, withSession('authenticate', '/authenticate', ({ token }) => ({ session_token: token }))],
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
  revoke: [1, withSession('revoke', '/revoke', ({ sessionId }) => ({ member_session_id: sessionId }))],
  revokeAll: [0.5, withSession('revoke all', '/revoke', ({ memberId }) => ({ member_id: memberId }))],
  list: [1, list],
  timePasses: [0.4, timePasses],
};
