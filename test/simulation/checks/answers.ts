import type { Told } from '../people/told.ts';
import type { World } from '../world/world.ts';
import type { History } from './history.ts';

const ORGANIZATIONS = '/v1/b2b/organizations';

/** What the log folds to is what is answered. */
export const checkAnswers = async (world: World, history: History): Promise<void> => {
  const organizations = await history.states('organization');
  for (const { id, state } of organizations) {
    const answer = await world.call({ method: 'GET', path: `${ORGANIZATIONS}/${id}` });
    const { organization_name: name, organization_slug: slug } = answer?.body?.organization ?? {};
    const deleted = state.status === 'deleted';
    const same = deleted ? answer?.status === 404 : name === state.name && slug === state.slug;
    if (!same) differ(world, id, state.status, answer);
  }
  const gone = new Set(organizations.filter(({ state }) => state.status === 'deleted').map(({ id }) => id));
  for (const { id, organizationId, state } of await history.states('member')) {
    const end = state.expiresAt ?? state.membershipEndsAt;
    if (gone.has(organizationId!) || (end !== null && end <= world.clock())) continue;
    const answer = await world.call({
      method: 'GET',
      path: `${ORGANIZATIONS}/${organizationId}/member?member_id=${id}`,
    });
    const { status, email_address, roles = [] } = answer?.body?.member ?? {};
    const given = roles
      .map((role: { role_id: string }) => role.role_id)
      .filter((role: string) => role !== 'stytch_member');
    const there = ['active', 'pending', 'invited'].includes(state.status);
    // Until they are active, people hold no role, whatever they were promised (R33).
    const rolesAsFolded = state.status !== 'active' || given.join() === state.roles.join();
    const equal = status === state.status && email_address === state.email.address && rolesAsFolded;
    if (there ? !equal : answer?.status === 200) differ(world, id, state.status, answer);
  }
};

const differ = (world: World, id: string, status: string, answer: unknown): void =>
  world.violate(
    'what is answered is what the log says',
    `${id} is ${status}: ${JSON.stringify(answer).slice(0, 300)}`,
  );

/** R16, I17: whom the log has let go of gets in nowhere. */
export const checkSessions = async (world: World, told: Told, history: History): Promise<void> => {
  const members = new Map((await history.states('member')).map(({ id, state }) => [id, state]));
  const organizations = new Map((await history.states('organization')).map(({ id, state }) => [id, state]));
  const states = new Map((await history.states('session')).map((session) => [session.id, session]));
  for (const { sessionId, memberId, organizationId, token } of told.sessions) {
    const session = states.get(sessionId)?.state;
    if (!session) {
      world.violate('what was acknowledged is there', `session ${sessionId}`);
      continue;
    }
    const member = members.get(memberId);
    const dead =
      session.phase !== 'active' ||
      session.expiresAt <= world.clock() ||
      member.status !== 'active' ||
      member.epoch !== session.memberEpoch ||
      organizations.get(organizationId).status === 'deleted';
    const answer = await world.call({
      method: 'POST',
      path: '/v1/b2b/sessions/authenticate',
      body: { session_token: token },
    });
    if (dead && answer?.status === 200) world.violate('who was let go of has no session', sessionId);
    world.tally(`sessions ${dead ? 'dead' : 'live'} by the log, answered ${answer?.status}`);
  }
};
