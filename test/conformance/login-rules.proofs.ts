import { refusal } from './proofs.ts';
import type { World } from './world.ts';

/** What is usually got wrong about logging in: factors, intermediate sessions, policies that change. */
export const proveLoginRules = (world: () => World): void => {
  it('tightening the methods deactivates nobody and ends no session; the next login has to obey', async () => {
    const { organization_id, member_id, member, session_token } = await world().loggedIn();
    const { client } = world();
    await client.organizations.update({
      organization_id,
      auth_methods: 'RESTRICTED',
      allowed_auth_methods: ['email_otp'],
    });
    const { member: same } = await client.organizations.members.get({ organization_id, member_id });
    expect(same.status).toBe('active');
    await client.sessions.authenticate({ session_token });
    const { email_address } = member;
    const byLink = client.magicLinks.email.loginOrSignup({ organization_id, email_address });
    await expect(refusal(byLink)).resolves.toBe('operation_restricted_by_organization_auth_methods');
    await client.otps.email.loginOrSignup({ organization_id, email_address });
    const code = await world().muster.mailbox.code(email_address);
    const answer = await client.otps.email.authenticate({ organization_id, email_address, code });
    expect(answer.member_authenticated).toBe(true);
  });

  it('a call that ends in an intermediate session drops duration and claims', async () => {
    const { client } = world();
    const { organization_id } = await world().organization({
      auth_methods: 'RESTRICTED',
      allowed_auth_methods: ['email_otp'],
    });
    const { email_address } = await world().member(organization_id);
    const gap = await client.discovery.intermediateSessions.exchange({
      intermediate_session_token: await world().prove(email_address),
      organization_id,
      session_duration_minutes: 500,
      session_custom_claims: { dropped: true },
    });
    expect(gap).toMatchObject({
      member_authenticated: false,
      primary_required: { allowed_auth_methods: ['email_otp'] },
    });
    await client.otps.email.loginOrSignup({ organization_id, email_address });
    const answer = await client.otps.email.authenticate({
      organization_id,
      email_address,
      code: await world().muster.mailbox.code(email_address),
      intermediate_session_token: gap.intermediate_session_token,
    });
    const { started_at, expires_at, custom_claims } = answer.member_session!;
    expect((Date.parse(expires_at) - Date.parse(started_at)) / 60_000).toBeCloseTo(60, 0);
    expect(custom_claims ?? {}).toEqual({});
    const factors = answer.member_session!.authentication_factors.map(({ type }) => type);
    expect(factors.toSorted()).toEqual(['email_otp', 'magic_link']);
  });

  it('primary comes before MFA, and an intermediate session returns as the same token', async () => {
    const { client } = world();
    const { organization_id } = await world().organization({ mfa_policy: 'REQUIRED_FOR_ALL' });
    const { email_address } = await world().member(organization_id);
    const intermediate_session_token = await world().prove(email_address);
    const answer = await client.discovery.intermediateSessions.exchange({
      intermediate_session_token,
      organization_id,
    });
    expect(answer).toMatchObject({
      member_authenticated: false,
      session_token: '',
      intermediate_session_token,
      mfa_required: { member_options: null, secondary_auth_initiated: null },
    });
    expect(answer.primary_required ?? null).toBeNull();
  });

  it('a session of another member that is passed along is ignored without an error', async () => {
    const { client, muster } = world();
    const stranger = await world().loggedIn();
    const { organization_id } = await world().organization();
    const { email_address, member_id } = await world().member(organization_id);
    await client.magicLinks.email.loginOrSignup({ organization_id, email_address });
    const answer = await client.magicLinks.authenticate({
      magic_links_token: await muster.mailbox.linkToken(email_address),
      session_token: stranger.session_token,
    });
    expect(answer.member_session).toMatchObject({ member_id, organization_id });
    expect(answer.member_session!.authentication_factors).toHaveLength(1);
  });

  it('a factor is added to the session that is passed along', async () => {
    const { client, muster } = world();
    const { organization_id, member, member_session, session_token } = await world().loggedIn();
    const { email_address } = member;
    await client.otps.email.loginOrSignup({ organization_id, email_address });
    const code = await muster.mailbox.code(email_address);
    const answer = await client.otps.email.authenticate({
      organization_id,
      email_address,
      code,
      session_token,
    });
    expect(answer.member_session!.member_session_id).toBe(member_session!.member_session_id);
    const factors = answer.member_session!.authentication_factors.map(({ type }) => type);
    expect(factors.toSorted()).toEqual(['email_otp', 'magic_link']);
  });
};
