import { proves, refusal } from './proofs.ts';
import type { World } from './world.ts';

const minutesBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / 60_000;
const nobody = 'member-test-00000000-0000-4000-8000-00000000dead';

export const proveSessions = (world: () => World): void => {
  const sessions = () => world().client.sessions;
  const reach = (organization_id: string, resource_id = 'stytch.organization') => ({
    organization_id,
    resource_id,
    action: 'update.info.name',
  });

  proves('sessions.get', 'lists the live sessions of one member', async () => {
    const one = await world().loggedIn();
    const { organization_id, member_id } = one;
    const two = await world().logIn(organization_id, one.member.email_address);
    const ids = async () => {
      const { member_sessions } = await sessions().get({ organization_id, member_id });
      return member_sessions.map(({ member_session_id }) => member_session_id).toSorted();
    };
    const first = one.member_session!.member_session_id;
    const second = two.member_session!.member_session_id;
    await expect(ids()).resolves.toEqual([first, second].toSorted());
    await sessions().revoke({ member_session_id: first });
    await expect(ids()).resolves.toEqual([second]);
    await expect(refusal(sessions().get({ organization_id, member_id: nobody }))).resolves.toBe(
      'member_not_found',
    );
  });

  proves('sessions.authenticate', 'extends only when asked, checks authorization when asked', async () => {
    const { organization_id, member_id, session_token, member_session } = await world().loggedIn({
      roles: ['stytch_admin'],
    });
    expect(minutesBetween(member_session!.started_at, member_session!.expires_at)).toBeCloseTo(60, 0);
    const untouched = await sessions().authenticate({ session_token });
    expect(untouched.member_session.expires_at).toBe(member_session!.expires_at);
    expect(untouched).toMatchObject({
      session_token,
      member: { member_id },
      organization: { organization_id },
    });
    const extended = await sessions().authenticate({
      session_token,
      session_duration_minutes: 120,
      session_custom_claims: { team: 'red', level: 1 },
    });
    expect(minutesBetween(new Date().toISOString(), extended.member_session.expires_at)).toBeCloseTo(120, 0);
    const read = await sessions().authenticate({
      session_token,
      session_custom_claims: { level: null },
      authorization_check: reach(organization_id),
    });
    expect(read.member_session.custom_claims).toEqual({ team: 'red' });
    expect(read.verdict).toEqual({ authorized: true, granting_roles: ['stytch_admin'] });
    const byJwt = await sessions().authenticate({ session_jwt: read.session_jwt });
    expect(byJwt.member_session.member_session_id).toBe(member_session!.member_session_id);

    const attempt = (fields: object) => refusal(sessions().authenticate({ session_token, ...fields }));
    await expect(attempt({ session_jwt: read.session_jwt })).resolves.toBe('too_many_session_arguments');
    await expect(attempt({ session_token: undefined })).resolves.toBe('no_session_arguments');
    await expect(attempt({ session_duration_minutes: 4 })).resolves.toBe('invalid_session_duration_minutes');
    await expect(attempt({ session_custom_claims: { iss: 'me' } })).resolves.toBe(
      'reserved_claims_in_custom_claims',
    );
    await expect(attempt({ authorization_check: reach(organization_id, 'documents') })).resolves.toBe(
      'session_authorization_error',
    );
    const { organization_id: other } = await world().organization();
    await expect(attempt({ authorization_check: reach(other) })).resolves.toBe(
      'session_authorization_tenancy_error',
    );
    await expect(attempt({ session_token: 'made-up' })).resolves.toBe('session_not_found');
  });

  proves('sessions.exchange', 'enters where one is a member, never by domain', async () => {
    const domain = 'switchers.example';
    const email_address = world().address('s', domain);
    const { organization_id } = await world().organization();
    await world().member(organization_id, { email_address });
    const target = await world().organization();
    const there = await world().member(target.organization_id, { email_address });
    const { session_token } = await world().logIn(organization_id, email_address);
    const exchanged = await sessions().exchange({
      session_token,
      organization_id: target.organization_id,
      session_duration_minutes: 30,
    });
    expect(exchanged).toMatchObject({
      member_authenticated: true,
      member_id: there.member_id,
      intermediate_session_token: '',
      member_session: { organization_id: target.organization_id },
    });
    const live = await sessions().authenticate({ session_token: exchanged.session_token });
    expect(live.member_session.member_id).toBe(there.member_id);
    const origin = await sessions().authenticate({ session_token });
    expect(origin.member_session.organization_id).toBe(organization_id);

    const open = await world().openOrganization(domain);
    const colleague = await world().member(open.organization_id, {
      email_address: world().address('c', domain),
    });
    await world().logIn(open.organization_id, colleague.email_address);
    const byDomain = sessions().exchange({ session_token, organization_id: open.organization_id });
    await expect(refusal(byDomain)).resolves.toBe('member_does_not_exist_in_organization');

    const stepUp = await world().organization({
      auth_methods: 'RESTRICTED',
      allowed_auth_methods: ['email_otp'],
    });
    await world().member(stepUp.organization_id, { email_address });
    const gap = await sessions().exchange({ session_token, organization_id: stepUp.organization_id });
    expect(gap).toMatchObject({
      member_authenticated: false,
      session_token: '',
      session_jwt: '',
      intermediate_session_token: expect.stringMatching(/.+/),
      primary_required: { allowed_auth_methods: ['email_otp'] },
    });
    expect(gap.member_session ?? null).toBeNull();
  });

  proves('sessions.revoke', 'ends one session, or all of a member', async () => {
    const one = await world().loggedIn();
    const again = () => world().logIn(one.organization_id, one.member.email_address);
    const [two, three, four] = [await again(), await again(), await again()];
    const dead = async (session_token: string) => {
      await expect(refusal(sessions().authenticate({ session_token }))).resolves.toBe('session_not_found');
    };
    await sessions().revoke({ session_token: one.session_token });
    await dead(one.session_token);
    await sessions().revoke({ session_jwt: two.session_jwt });
    await dead(two.session_token);
    await sessions().authenticate({ session_token: three.session_token });
    await sessions().revoke({ member_id: one.member_id });
    await dead(three.session_token);
    await dead(four.session_token);
    await expect(refusal(sessions().revoke({}))).resolves.toBe('no_session_arguments');
  });

  proves('sessions.getJWKS', 'publishes the keys that session JWTs are signed with', async () => {
    const { session_jwt } = await world().loggedIn();
    const { kid, alg } = JSON.parse(
      Buffer.from(session_jwt.split('.')[0]!, 'base64url').toString('utf8'),
    ) as { kid: string; alg: string };
    const { keys } = await sessions().getJWKS({ project_id: world().muster.projectId });
    const key = keys.find((candidate) => candidate.kid === kid);
    expect(key).toMatchObject({ kty: 'RSA', use: 'sig', alg });
    expect(Object.keys(key!)).not.toContain('d');
    const other = sessions().getJWKS({ project_id: 'project-test-00000000-0000-4000-8000-00000000dead' });
    await expect(refusal(other)).resolves.toBe('project_not_found');
  });

  proves('sessions.authenticateJwtLocal', 'verifies offline, permissions included', async () => {
    const { organization_id, member_id, session_jwt, member_session } = await world().loggedIn({
      roles: ['stytch_admin'],
    });
    const local = await sessions().authenticateJwtLocal({
      session_jwt,
      authorization_check: reach(organization_id),
    });
    expect(local).toMatchObject({
      member_id,
      organization_id,
      member_session_id: member_session!.member_session_id,
      organization_slug: member_session!.organization_slug,
      roles: member_session!.roles,
      expires_at: member_session!.expires_at,
    });
    const attempt = (fields: object) => refusal(sessions().authenticateJwtLocal({ session_jwt, ...fields }));
    const inSixMinutes = new Date(Date.now() + 6 * 60_000);
    await expect(attempt({ current_date: inSixMinutes })).resolves.toBe('jwt_invalid');
    await expect(attempt({ authorization_check: reach(organization_id, 'documents') })).resolves.toBe(
      'invalid_permissions',
    );
    await expect(attempt({ authorization_check: reach('organization-of-somebody-else') })).resolves.toBe(
      'tenancy_mismatch',
    );
    const [header, , signature] = session_jwt.split('.');
    const forged = Buffer.from(JSON.stringify({ sub: nobody })).toString('base64url');
    await expect(attempt({ session_jwt: `${header}.${forged}.${signature}` })).resolves.toBe('jwt_invalid');
  });

  proves('sessions.authenticateJwt', 'asks the server where the local check does not do', async () => {
    const { session_jwt, session_token, member_session } = await world().loggedIn();
    const { member_session_id } = member_session!;
    const near = await sessions().authenticateJwt({ session_jwt });
    expect(near.member_session.member_session_id).toBe(member_session_id);
    expect(near.session_jwt).toBe(session_jwt);
    const remote = await sessions().authenticateJwt({ session_jwt, max_token_age_seconds: 0 });
    expect(remote.member_session.member_session_id).toBe(member_session_id);
    await sessions().revoke({ session_token });
    const still = await sessions().authenticateJwt({ session_jwt });
    expect(still.member_session.member_session_id).toBe(member_session_id);
    const forced = sessions().authenticateJwt({ session_jwt, max_token_age_seconds: 0 });
    await expect(refusal(forced)).resolves.toBe('session_not_found');
  });
};
