import type { Client } from './client.ts';
import type { Steps } from './steps.ts';
import type { ToldMember } from './told.ts';
import { domains, somebody, someName } from './town.ts';

export const ORGANIZATIONS = '/v1/b2b/organizations';
const STEWARD = 'stytch_admin';
const MATCHERS = domains.map((domain) => ({ type: 'email_domain', domain, state: 'listed' }));

const foundOrganization = async (client: Client): Promise<void> => {
  const answer = await client.ask('found organization', {
    method: 'POST',
    path: ORGANIZATIONS,
    body: {
      organization_name: client.unique('org'),
      organization_slug: client.random.chance(0.2) ? 'wanted-by-all' : client.unique('org'),
      email_allowed_domains: domains,
      email_jit_provisioning: client.random.chance(0.7) ? 'RESTRICTED' : 'NOT_ALLOWED',
      email_invites: 'ALL_ALLOWED',
    },
  });
  if (answer?.status !== 200 || client.random.chance(0.3)) return;
  const path = `${ORGANIZATIONS}/${answer.body.organization.organization_id}/jit_rules`;
  await client.ask('write rules', { method: 'PUT', path, body: rules(client) });
};

/** Asks in some organization, at times as somebody who is logged in. */
const inOrganization =
  (
    step: string,
    question: (client: Client) => { method: 'PUT' | 'POST' | 'DELETE'; path?: string; body?: object },
  ) =>
  (client: Client) => {
    const organizationId = client.pick(client.told.organizations);
    if (organizationId === undefined) return foundOrganization(client);
    const { method, path = '', body } = question(client);
    return client.ask(step, {
      method,
      path: `${ORGANIZATIONS}/${organizationId}${path}`,
      body,
      session: asMember(client),
    });
  };

const asMember = (client: Client): string | undefined =>
  client.random.chance(0.2) ? client.pick(client.told.sessions)?.token : undefined;

const aboutMember =
  (
    step: string,
    question: (
      client: Client,
      member: ToldMember,
    ) => { method: 'PUT' | 'POST' | 'DELETE'; path?: string; body?: object },
  ) =>
  async (client: Client) => {
    const member = client.pick(client.told.members);
    if (!member) return undefined;
    const { method, path = '', body } = question(client, member);
    const place = `${ORGANIZATIONS}/${member.organizationId}/members/${member.memberId}${path}`;
    return client.ask(step, { method, path: place, body, session: asMember(client) });
  };

/** Somebody leaves, perhaps for a moment only. */
const suspendAndBringBack = async (client: Client): Promise<void> => {
  const member = client.pick(client.told.members);
  if (!member) return;
  const path = `${ORGANIZATIONS}/${member.organizationId}/members/${member.memberId}`;
  await client.ask('delete member', { method: 'DELETE', path });
  await client.world.scheduler.sleep(client.random.below(5_000));
  await client.ask('reactivate member', { method: 'PUT', path: `${path}/reactivate`, body: {} });
};

const rules = ({ random }: Client) => ({
  rules: MATCHERS.filter(() => random.chance(0.8)).map((matcher) => ({
    matcher,
    mode: random.pick(['off', 'ask', 'approve', 'approve', 'auto', 'auto']),
    roles: random.chance(0.2) ? [STEWARD] : [],
    ...(random.chance(0.5) ? { cap: 1 + random.below(3) } : {}),
    ...(random.chance(0.3) ? { membership_days: 1 + random.below(3) } : {}),
  })),
});

const sessionPolicy = ({ random }: Client) => ({
  ...(random.chance(0.5) ? { maximum_duration_minutes: 60 + random.below(1_000) } : {}),
  ...(random.chance(0.3) ? { idle_timeout_minutes: 10 + random.below(100) } : {}),
  ...(random.chance(0.2) ? { reauthentication_interval_minutes: 30 + random.below(100) } : {}),
});

const methods = ({ random }: Client) =>
  random.pick([
    { auth_methods: 'ALL_ALLOWED' },
    { auth_methods: 'RESTRICTED', allowed_auth_methods: ['magic_link'] },
    { auth_methods: 'RESTRICTED', allowed_auth_methods: ['magic_link', 'email_otp'] },
    { mfa_policy: 'OPTIONAL' },
    { email_invites: random.pick(['ALL_ALLOWED', 'RESTRICTED', 'NOT_ALLOWED']) },
    { email_jit_provisioning: random.pick(['RESTRICTED', 'NOT_ALLOWED']) },
  ]);

const decideJoinRequest = async (client: Client): Promise<void> => {
  const organizationId = client.pick(client.told.organizations);
  if (organizationId === undefined) return;
  const place = `${ORGANIZATIONS}/${organizationId}/join_requests`;
  const found = await client.ask('list join requests', { method: 'GET', path: `${place}?status=pending` });
  const request = client.pick<{ join_request_id: string }>(found?.body?.join_requests ?? []);
  if (!request) return;
  const verdict = client.random.chance(0.75) ? 'approve' : 'deny';
  const path = `${place}/${request.join_request_id}/${verdict}`;
  await client.ask(verdict, { method: 'POST', path, body: {} });
};

/** What the application's backend and stewards do. */
export const administer: Steps = {
  foundOrganization: [0.7, foundOrganization],
  rename: [
    1,
    inOrganization('rename organization', (client) => ({
      method: 'PUT',
      body: { organization_name: client.unique('org') },
    })),
  ],
  writeRules: [
    3,
    inOrganization('write rules', (client) => ({ method: 'PUT', path: '/jit_rules', body: rules(client) })),
  ],
  setMethods: [2, inOrganization('set methods', (client) => ({ method: 'PUT', body: methods(client) }))],
  setSessionPolicy: [
    1,
    inOrganization('set session policy', (client) => ({
      method: 'PUT',
      path: '/session_policy',
      body: sessionPolicy(client),
    })),
  ],
  deleteOrganization: [0.15, inOrganization('delete organization', () => ({ method: 'DELETE' }))],
  createMember: [
    4,
    inOrganization('create member', (client) => ({
      method: 'POST',
      path: '/members',
      body: {
        email_address: somebody(client),
        name: someName(client),
        ...(client.random.chance(0.2) ? { create_member_as_pending: true } : {}),
        ...(client.random.chance(0.3) ? { roles: [STEWARD] } : {}),
      },
    })),
  ],
  updateMember: [
    3,
    aboutMember('update member', (client) => ({
      method: 'PUT',
      body: client.random.pick([
        { name: someName(client) },
        { roles: [STEWARD] },
        { roles: [] },
        { email_address: somebody(client) },
        { external_id: client.random.chance(0.5) ? 'wanted-by-all' : client.unique('external') },
        { untrusted_metadata: { nick: someName(client) } },
      ]),
    })),
  ],
  deleteMember: [1.2, aboutMember('delete member', () => ({ method: 'DELETE' }))],
  suspendMember: [1, suspendAndBringBack],
  eraseMember: [0.4, aboutMember('erase member', () => ({ method: 'POST', path: '/erase' }))],
  startEmailUpdate: [
    0.7,
    aboutMember('start email update', (client) => ({
      method: 'POST',
      path: '/start_email_update',
      body: { email_address: somebody(client) },
    })),
  ],
  eraseApplicant: [
    0.2,
    inOrganization('erase applicant', (client) => ({
      method: 'POST',
      path: '/applicants/erase',
      body: { email_address: somebody(client) },
    })),
  ],
  decideJoinRequest: [3, decideJoinRequest],
  rotateSigningKey: [
    0.1,
    (client) =>
      client.ask('rotate signing key', { method: 'POST', path: '/v1/signing_keys/rotate', body: {} }),
  ],
};
