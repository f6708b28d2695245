import type { DnsServer } from '@muster/testkit';
import { type Backend, granted } from './backend.ts';

/** Part of every name, address, slug, external id and metadata below: no public byte may hold it. */
export const CANARY = 'kanarie';
const domain = 'nest.example';
const at = (who: string) => `${CANARY}.${who}@${domain}`;

type Scene = { readonly backend: Backend; readonly dns: DnsServer };

const path = (organizationId: string, rest = '') => `/v1/b2b/organizations/${organizationId}${rest}`;

/** An organization whose every setting changes, and which proves and claims a domain. */
const settings = async ({ backend, dns }: Scene): Promise<string> => {
  const { wire } = backend;
  const { organization_id: id } = await backend.organization({
    organization_name: `${CANARY} & Sons`,
    organization_slug: `${CANARY}-sons`,
    trusted_metadata: { contact: CANARY },
  });
  const changes: readonly Readonly<Record<string, unknown>>[] = [
    { organization_name: `${CANARY} & Daughters`, organization_slug: `${CANARY}-daughters` },
    { organization_logo_url: `https://${CANARY}.example/logo.png` },
    { organization_external_id: `crm.${CANARY}` },
    { trusted_metadata: { contact: `${CANARY} again` } },
    { auth_methods: 'RESTRICTED', allowed_auth_methods: ['magic_link', 'email_otp'] },
    { mfa_methods: 'RESTRICTED', allowed_mfa_methods: ['totp'] },
    { email_allowed_domains: [domain, 'other-nest.example'], email_jit_provisioning: 'RESTRICTED' },
    { email_invites: 'RESTRICTED' },
    { rbac_email_implicit_role_assignments: [{ domain, role_id: 'stytch_admin' }] },
    { first_party_connected_apps_allowed_type: 'NOT_ALLOWED' },
  ];
  for (const fields of changes) await backend.update(id, fields);
  granted(await wire.delete(path(id, '/external_id')));
  await backend.sessionPolicy(id, { maximum_duration_minutes: 480 });
  const { verification } = granted(await wire.post(path(id, '/domains'), { domain }));
  dns.setTxt(verification.record_name, verification.record_value);
  for (const step of ['verify', 'claim'])
    granted(await wire.post(path(id, `/domains/${domain}/${step}`), {}));
  await backend.update(id, { claimed_email_domains: [] });
  granted(await wire.delete(path(id, '/domains/other-nest.example')));
  return id;
};

/** Members who change in every way there is. */
const members = async ({ backend }: Scene, id: string): Promise<void> => {
  const { wire } = backend;
  const one = await backend.member(id, at('one'), {
    name: `${CANARY} One`,
    external_id: `crm.${CANARY}.1`,
    trusted_metadata: { plan: CANARY },
    untrusted_metadata: { theme: CANARY },
    roles: ['stytch_admin'],
  });
  const own = path(id, `/members/${one.member_id}`);
  const changes: readonly Readonly<Record<string, unknown>>[] = [
    { name: `${CANARY} Uno`, external_id: `crm.${CANARY}.2` },
    { trusted_metadata: { plan: `${CANARY}!` } },
    { untrusted_metadata: { theme: `${CANARY}?` } },
    { is_breakglass: true },
    { is_breakglass: false },
    { mfa_phone_number: '+14155550123' },
    { mfa_enrolled: true, default_mfa_method: 'sms_otp' },
    { mfa_enrolled: false },
    { email_address: at('uno') },
  ];
  for (const fields of changes) granted(await wire.put(own, fields));
  granted(await wire.delete(`${own}/external_id`));
  granted(await wire.post(`${own}/unlink_retired_email`, { email_address: at('one') }));
  const other = await backend.member(id, at('other'), { roles: ['stytch_admin'] });
  granted(await wire.put(path(id, `/members/${other.member_id}`), { roles: [] }));
  await backend.person(at('other')).logInByLink(id);
  granted(await wire.delete(path(id, `/members/${other.member_id}`)));
  granted(await wire.put(path(id, `/members/${other.member_id}/reactivate`)));
  granted(await wire.post(path(id, `/members/${other.member_id}/erase`)));
};

/** People who come in, or do not, through every door. */
const doors = async ({ backend }: Scene, id: string): Promise<void> => {
  const { wire, muster } = backend;
  const invite = { organization_id: id, email_address: at('invited'), name: `${CANARY} Guest` };
  for (let times = 0; times < 2; times++)
    granted(await wire.post('/v1/b2b/magic_links/email/invite', invite));
  const invited = backend.person(at('invited'));
  granted(await invited.openLink());

  const asking = backend.person(at('asking'));
  granted(await asking.askForLink(id));
  muster.clock.advance({ minutes: 5 });
  granted(await asking.askForLink(id));
  granted(await asking.openLink());

  const rule = { matcher: { type: 'email_domain', domain, state: 'verified' }, mode: 'approve' };
  await backend.jitRules(id, [rule]);
  for (const [who, decision] of [
    ['hopeful', 'approve'],
    ['hopeless', 'deny'],
  ] as const) {
    const person = backend.person(at(who));
    await person.enter(await person.prove(), id);
    const { join_requests } = granted(await wire.get(`${path(id, '/join_requests')}?status=pending`));
    granted(await wire.post(path(id, `/join_requests/${join_requests[0].join_request_id}/${decision}`), {}));
  }
  const stranger = backend.person(`${CANARY}.stranger@elsewhere.example`);
  await stranger.enter(await stranger.prove(), id);
};

/** Sessions in two organizations, and all that can become of them; the other is deleted in the end. */
const sessions = async ({ backend }: Scene, id: string): Promise<string> => {
  const { wire } = backend;
  const { organization_id: other } = await backend.organization({ organization_name: `${CANARY} B` });
  const both = backend.person(at('both'));
  for (const organization of [id, other]) await backend.member(organization, both.address);
  const first = await both.logInByCode(id);
  granted(await wire.post('/v1/b2b/sessions/authenticate', { ...of(first), session_duration_minutes: 120 }));
  granted(await both.askForCode(id));
  const again = granted(await both.typeCode(id, of(first)));
  const there = granted(await both.switchTo(other, again.session_token));
  granted(
    await wire.post('/v1/b2b/sessions/revoke', { member_session_id: there.member_session.member_session_id }),
  );
  granted(await wire.post('/v1/b2b/sessions/revoke', { member_id: again.member_id }));
  return other;
};

const of = ({ session_token }: { readonly session_token: string }) => ({ session_token });

/** An organization that loses its last steward, and is taken over by who proves its domain. */
const ownerless = async ({ backend, dns }: Scene): Promise<void> => {
  const { wire } = backend;
  const owned = 'abandoned.example';
  const founder = backend.person(`${CANARY}.founder@${owned}`);
  const founded = await founder.found(await founder.prove(), {
    organization_name: `${CANARY} Abandoned`,
    email_allowed_domains: [owned],
    email_jit_provisioning: 'RESTRICTED',
    email_invites: 'ALL_ALLOWED',
  });
  const id: string = founded.organization.organization_id;
  const witness = backend.person(`${CANARY}.witness@${owned}`);
  const { member_id } = granted(await witness.enter(await witness.prove(), id));
  granted(await wire.delete(path(id, `/members/${founded.member_id}`)));
  const { verification } = granted(await wire.post(path(id, '/domains'), { domain: owned }));
  dns.setTxt(verification.record_name, verification.record_value);
  granted(await wire.post(path(id, `/domains/${owned}/verify`), {}));
  granted(await wire.post(path(id, '/reclaim'), { member_id, domain: owned }));
};

/** Everything there is to tell, once. The ids of two organizations, of which the second is gone at the end. */
export const everythingHappens = async (scene: Scene): Promise<readonly [string, string]> => {
  const id = await settings(scene);
  await members(scene, id);
  await doors(scene, id);
  const other = await sessions(scene, id);
  await ownerless(scene);
  granted(await scene.backend.wire.delete(path(other)));
  return [id, other];
};
