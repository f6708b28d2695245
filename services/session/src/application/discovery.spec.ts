import type { WireDiscoveredOrganization } from '@muster/contracts';
import {
  acme,
  adaAtAcme,
  adaAtGlobex,
  discoveryProof,
  emailFactor,
  globex,
  memberFacts,
  organizationFacts,
  proofFor,
} from '../testing/facts.ts';
import { refusal } from '../testing/refusal.ts';
import { nothingCarried, SessionRig } from '../testing/session-rig.ts';
import type { Carried } from './session-wishes.ts';

const initech = 'organization-test-01919191-0000-7000-8000-00000000000c';
const rule = { ruleId: 'jit-rule-1' } as never;

let rig: SessionRig;
beforeEach(async () => {
  rig = await SessionRig.start();
  rig.proofs.send('link-1', discoveryProof());
});
afterEach(() => rig.stop());

const discover = (token = 'link-1', key?: string) =>
  rig.application.discovery.authenticateEmailLink(rig.call('Discover', key), { token, codeVerifier: null });
const list = (carried: Partial<Carried>) =>
  rig.application.discovery.list(rig.call(), { ...nothingCarried, ...carried });
const summary = (organizations: readonly WireDiscoveredOrganization[]) =>
  organizations.map(({ organization, membership, member_authenticated }) => [
    organization.organization_slug,
    membership.type,
    member_authenticated,
  ]);
const logIn = () => {
  rig.proofs.send('login', proofFor());
  return rig.logIn('login');
};

describe('discovery', () => {
  it('answers an intermediate session of ten minutes and where the person can go', async () => {
    const answer = await discover();
    expect(answer.email_address).toBe('ada@acme.test');
    expect(answer.intermediate_session_token_expires_at).toBe('2026-11-23T09:10:00.000Z');
    expect(answer.discovered_organizations[0]).toMatchObject({
      organization: { organization_id: acme },
      membership: { type: 'active_member', details: null, member: { member_id: adaAtAcme } },
      member_authenticated: true,
      primary_required: null,
      mfa_required: null,
      reauthentication_required: null,
      ownerless: false,
    });
    expect(summary(answer.discovered_organizations)).toEqual([
      ['acme', 'active_member', true],
      ['globex', 'active_member', true],
    ]);
  });

  it('is a flow that completes with the intermediate session, in one commit', async () => {
    await discover();
    expect(await rig.written()).toEqual([
      'login.LoginStarted',
      'intermediateSession.IntermediateSessionStarted',
      'login.LoginCompleted',
    ]);
  });

  it('R18, E5: answers a repeat with the same key alike, and nobody else', async () => {
    const first = await discover('link-1', 'key-1');
    expect((await discover('link-1', 'key-1')).intermediate_session_token).toBe(
      first.intermediate_session_token,
    );
    expect(await refusal(discover())).toBe('unable_to_auth_magic_link');
  });

  it('takes a code as well', async () => {
    rig.proofs.send('123456', discoveryProof({ method: 'email_otp' }));
    const answer = await rig.application.discovery.authenticateEmailCode(rig.call(), {
      address: 'Ada@acme.test',
      code: '123456',
    });
    expect(summary(answer.discovered_organizations)).toHaveLength(2);
    expect(
      await refusal(
        rig.application.discovery.authenticateEmailCode(rig.call(), { address: '@', code: '123456' }),
      ),
    ).toBe('invalid_email');
  });

  it('R11: says for each organization what is missing, and why', async () => {
    await rig.organizations.changeOrganization(acme, {
      authentication: { mode: 'RESTRICTED', allowed: ['sso'] },
    });
    await rig.organizations.changeOrganization(globex, {
      mfa: { requirement: 'REQUIRED_FOR_ALL', mode: 'ALL_ALLOWED', allowed: [] },
    });
    const [first, second] = (await discover()).discovered_organizations;
    expect(first).toMatchObject({
      member_authenticated: false,
      primary_required: { allowed_auth_methods: ['sso'], reasons: [{ code: 'methods_not_allowed' }] },
    });
    expect(second).toMatchObject({
      member_authenticated: false,
      primary_required: null,
      mfa_required: { reasons: [{ code: 'mfa_required_by_organization' }] },
    });
  });

  it('R32: offers where a rule would let the person in, and nowhere else', async () => {
    const details = { organizationId: initech, jitRules: [rule] };
    await rig.organizations.put(organizationFacts({ ...details, slug: 'initech' }));
    expect(summary((await discover()).discovered_organizations)).toHaveLength(2);
    rig.admissions.admits(initech, {});
    rig.proofs.send('link-2', discoveryProof());
    expect((await discover('link-2')).discovered_organizations[2]).toMatchObject({
      organization: { organization_slug: 'initech' },
      membership: {
        type: 'eligible_to_join_by_email_domain',
        details: { domain: 'acme.test', mode: 'ask' },
        member: null,
      },
      member_authenticated: true,
    });
  });

  it('shows pending and invited memberships, and neither deleted nor ended ones', async () => {
    await rig.organizations.changeMember(adaAtAcme, { status: 'invited' });
    const extra = async (name: string, member: Parameters<typeof memberFacts>[0]) => {
      const organizationId = rig.dependencies.newId('organization');
      const memberId = rig.dependencies.newId('member');
      const facts = memberFacts({ ...member, memberId }, organizationId);
      await rig.organizations.put(organizationFacts({ organizationId, slug: name }), facts);
    };
    await extra('pending', { status: 'pending' });
    await extra('deleted', { status: 'deleted' });
    await extra('ended', { expiresAt: '2026-11-23T09:00:00.000Z' });
    await extra('ending', { expiresAt: '2026-11-23T09:00:00.001Z' });
    expect(summary((await discover()).discovered_organizations)).toEqual([
      ['acme', 'invited_member', true],
      ['globex', 'active_member', true],
      ['pending', 'pending_member', true],
      ['ending', 'active_member', true],
    ]);
  });

  it('R8: marks an organization that lost its last steward', async () => {
    await rig.organizations.changeOrganization(acme, { ownerless: true });
    expect((await discover()).discovered_organizations.map(({ ownerless }) => ownerless)).toEqual([
      true,
      false,
    ]);
  });
});

describe('listing', () => {
  it('uses nothing up', async () => {
    const { intermediate_session_token: intermediateSessionToken } = await discover();
    const before = await rig.log.head();
    const first = await list({ intermediateSessionToken });
    expect(await list({ intermediateSessionToken })).toEqual(first);
    expect(first.organization_id_hint).toBeNull();
    expect(await rig.log.head()).toBe(before);
  });

  it('hints at the organization that the login began at', async () => {
    await rig.organizations.changeMember(adaAtAcme, { mfaEnrolled: true });
    const { intermediate_session_token: intermediateSessionToken } = await logIn();
    expect((await list({ intermediateSessionToken })).organization_id_hint).toBe(acme);
  });

  it('R36: with a session shows memberships only', async () => {
    const details = { organizationId: initech, slug: 'initech', jitRules: [rule] };
    await rig.organizations.put(organizationFacts(details));
    rig.admissions.admits(initech, {});
    const { session_token: sessionToken, session_jwt: sessionJwt } = await logIn();
    const answer = await list({ sessionToken });
    expect(answer.email_address).toBe('ada@acme.test');
    expect(answer.organization_id_hint).toBeNull();
    expect(summary(answer.discovered_organizations)).toEqual([
      ['acme', 'active_member', true],
      ['globex', 'active_member', true],
    ]);
    expect(await list({ sessionJwt })).toEqual(answer);
  });

  it('R36: with a session does not offer to join again where a membership has ended', async () => {
    await rig.organizations.changeOrganization(globex, { jitRules: [rule] });
    rig.admissions.admits(globex, {});
    const { session_token: sessionToken } = await logIn();
    await rig.organizations.changeMember(adaAtGlobex, { expiresAt: rig.now });
    const answer = await list({ sessionToken });
    expect(summary(answer.discovered_organizations)).toEqual([['acme', 'active_member', true]]);
  });

  it('R10: matches on the address that was proven, not on the one an administrator wrote down', async () => {
    const { session_token: sessionToken } = await logIn();
    await rig.organizations.changeMember(adaAtAcme, { address: 'boss@globex.test' });
    const answer = await list({ sessionToken });
    expect(answer.email_address).toBe('ada@acme.test');
    expect(summary(answer.discovered_organizations)).toEqual([['globex', 'active_member', true]]);
  });

  it('takes exactly one thing to list for', async () => {
    expect(await refusal(list({}))).toBe('no_session_arguments');
    expect(await refusal(list({ sessionToken: 'a', intermediateSessionToken: 'b' }))).toBe(
      'too_many_session_arguments',
    );
  });

  it('is over with the intermediate session', async () => {
    const { intermediate_session_token: intermediateSessionToken } = await discover();
    rig.pass({ minutes: 9, seconds: 59 });
    expect(await refusal(list({ intermediateSessionToken }))).toBe('none');
    rig.pass({ seconds: 1 });
    expect(await refusal(list({ intermediateSessionToken }))).toBe('intermediate_session_not_found');
  });

  it.each([
    ['the member', () => rig.organizations.changeMember(adaAtAcme, { mfaEnrolled: false, epoch: 8 })],
    [
      'the organization',
      async () => {
        await rig.organizations.changeMember(adaAtAcme, { mfaEnrolled: false });
        await rig.organizations.changeOrganization(acme, { epoch: 4 });
      },
    ],
  ])('R16: shows a login from before %s was disabled as worth nothing there', async (_, disable) => {
    await rig.organizations.changeMember(adaAtAcme, { mfaEnrolled: true });
    const { intermediate_session_token: intermediateSessionToken } = await logIn();
    await disable();
    const { discovered_organizations } = await list({ intermediateSessionToken });
    expect(summary(discovered_organizations)).toEqual([
      ['acme', 'active_member', false],
      ['globex', 'active_member', true],
    ]);
  });
});

describe('E12: a discovery in the log', () => {
  it('shows no address', async () => {
    await discover();
    expect(emailFactor().subject).toMatchObject({ address: 'ada@acme.test' });
    expect(JSON.stringify(await rig.log.readAll(0, 100))).not.toContain('ada@acme.test');
  });
});
