import type { OrganizationFacts } from '@muster/contracts';
import { acme, ada, memberFacts, organizationFacts, ruleFor } from '../testing/facts.ts';
import { identityRig, type IdentityRig, requestContext } from '../testing/identity-rig.ts';
import { loginRequest, outcomeOf } from '../testing/requests.ts';

let rig: IdentityRig;
beforeEach(() => (rig = identityRig()));
afterEach(() => rig.stop());

const sendLink = (request: object = {}, command = rig.command()) =>
  rig.loginMail.sendLink({ ...loginRequest(), ...request }, command, requestContext);
const sendCode = (request: object = {}, command = rig.command()) =>
  rig.loginMail.sendCode({ ...loginRequest(), ...request }, command, requestContext);
const refusal = (work: Promise<unknown>) => outcomeOf(work);
const subjects = async () => {
  await rig.deliver();
  return rig.mailbox.newestFirst().map(({ to, subject }) => `${to}: ${subject}`);
};
const admitting = (facts: Partial<OrganizationFacts> = {}) =>
  organizationFacts({ jitRules: [ruleFor('acme.test')], ...facts });

describe('mailing what members log in with', () => {
  it('an active member gets the login mail, and nobody else is made anything', async () => {
    const sent = await sendLink();
    expect(sent).toMatchObject({ memberId: ada, memberCreated: false, member: { status: 'active' } });
    await sendCode();
    expect(await subjects()).toEqual(['ada@acme.test: Your code for Acme', 'ada@acme.test: Log in to Acme']);
    expect(rig.organizations.asked).not.toContain('expectMember');
  });

  it('finds the organization by its slug too', async () => {
    expect(await sendLink({ organization: 'acme' })).toMatchObject({ memberId: ada });
  });

  it('an invited member gets the signup mail', async () => {
    rig.organizations.add(organizationFacts(), memberFacts({ status: 'invited', door: 'invite' }));
    expect(await sendLink()).toMatchObject({ memberId: ada, memberCreated: false });
    expect(await subjects()).toEqual(['ada@acme.test: Join Acme']);
    expect(rig.organizations.asked).not.toContain('expectMember');
  });

  it('R33: somebody eligible is expected until the link ends, and gets the signup mail', async () => {
    rig.organizations.add(admitting());
    const sent = await sendLink({ emailAddress: 'new@acme.test', signupMinutes: 30 });
    expect(sent).toMatchObject({ memberCreated: true, member: { status: 'pending' } });
    const [pending] = rig.organizations.members.get(acme)!;
    expect(pending).toMatchObject({ address: 'new@acme.test', expiresAt: '2026-11-23T09:30:00.000Z' });
    expect(await subjects()).toEqual(['new@acme.test: Join Acme']);
  });

  it('R33: asking again extends a pending membership and creates nobody', async () => {
    rig.organizations.add(admitting());
    const first = await sendCode({ emailAddress: 'new@acme.test' });
    rig.passMinutes(5);
    const second = await sendCode({ emailAddress: 'new@acme.test' });
    expect(second).toMatchObject({ memberId: first.memberId, memberCreated: false });
    expect(rig.organizations.members.get(acme)).toMatchObject([{ expiresAt: '2026-11-23T09:15:00.000Z' }]);
  });

  it('R33: who is pending is judged again: a door that was shut since stays shut', async () => {
    rig.organizations.add(admitting());
    await sendLink({ emailAddress: 'new@acme.test' });
    const pending = rig.organizations.members.get(acme)!;
    rig.organizations.add(organizationFacts(), ...pending);
    expect(await refusal(sendLink({ emailAddress: 'new@acme.test' }))).toBe(
      'email_jit_provisioning_not_allowed',
    );
  });

  it('R33: an invitation that has run out opens no door', async () => {
    const invited = { status: 'invited', door: 'invite', expiresAt: '2026-11-23T09:00:00.000Z' } as const;
    rig.organizations.add(organizationFacts(), memberFacts(invited));
    expect(await refusal(sendLink())).toBe('email_jit_provisioning_not_allowed');
    const running = { ...invited, expiresAt: '2026-11-23T09:00:00.001Z' };
    rig.organizations.add(organizationFacts(), memberFacts(running));
    expect(await sendLink()).toMatchObject({ memberId: ada });
  });

  it('R20: a stranger is refused with reasons, and nothing is written or sent', async () => {
    const attempt = sendLink({ emailAddress: 'eve@evil.test' });
    await expect(attempt).rejects.toMatchObject({
      code: 'email_jit_provisioning_not_allowed',
      details: { reasons: [{ code: 'no_rule_matches' }] },
    });
    rig.organizations.add(admitting());
    expect(await refusal(sendLink({ emailAddress: 'eve@evil.test' }))).toBe(
      'invalid_email_for_jit_provisioning',
    );
    expect(await refusal(sendCode({ emailAddress: 'eve@evil.test' }))).toBe(
      'invalid_email_for_jit_provisioning',
    );
    expect(await rig.log.head()).toBe(0);
  });

  it('a rule that is off admits nobody by e-mail', async () => {
    rig.organizations.add(organizationFacts({ jitRules: [{ ...ruleFor('acme.test'), mode: 'off' }] }));
    expect(await refusal(sendLink({ emailAddress: 'new@acme.test' }))).toBe(
      'email_jit_provisioning_not_allowed',
    );
  });

  it('a method that the organization does not allow is not mailed, but to breakglass members', async () => {
    const authentication = { mode: 'RESTRICTED', allowed: ['sso', 'email_otp'] } as const;
    rig.organizations.add(organizationFacts({ authentication }), memberFacts());
    await expect(sendLink()).rejects.toMatchObject({
      code: 'operation_restricted_by_organization_auth_methods',
      details: { reasons: [{ details: { allowed_auth_methods: ['sso', 'email_otp'] } }] },
    });
    expect(await sendCode()).toMatchObject({ memberId: ada });
    rig.organizations.add(organizationFacts({ authentication }), memberFacts({ isBreakglass: true }));
    expect(await sendLink()).toMatchObject({ memberId: ada });
  });

  it('E5: a repeat of the call sends nothing more and answers the same', async () => {
    rig.organizations.add(admitting());
    const request = { emailAddress: 'new@acme.test' };
    const first = await sendLink(request, rig.command('call-1'));
    rig.passMinutes(1);
    expect(await sendLink(request, rig.command('call-1'))).toEqual(first);
    expect(await subjects()).toHaveLength(1);
  });

  it('twenty calls at once each send a code, and the newest is the one that counts', async () => {
    await Promise.all(Array.from({ length: 20 }, () => sendCode()));
    await rig.deliver();
    expect(rig.mailbox.newestFirst()).toHaveLength(20);
    expect(rig.organizations.asked.filter((question) => question === 'entry')).toHaveLength(20);
  });
});

describe('where a link leads', () => {
  const urls = async () => {
    await rig.deliver();
    return rig.mailbox.newestFirst().flatMap(({ links }) => links);
  };

  it('to the default of its kind, or to an allow-listed URL with its own query kept', async () => {
    await sendLink();
    expect((await urls())[0]).toMatch(
      /^https:\/\/app\.acme\.test\/login\?stytch_token_type=multi_tenant_magic_links&token=[\w-]{71}$/,
    );
    await sendLink({ loginRedirectUrl: 'https://app.acme.test/login?from=mail' });
    expect((await urls())[0]).toMatch(
      /^https:\/\/app\.acme\.test\/login\?from=mail&stytch_token_type=multi_tenant_magic_links&token=[\w-]{71}$/,
    );
  });

  it.each([
    'https://app.acme.test/login/',
    'https://app.acme.test/login?',
    'https://APP.acme.test/login',
    'https://app.acme.test/signup',
    'https://app.acme.test.evil.test/login',
    'https://app.acme.test@evil.test/login',
    'javascript:alert(1)',
    '//evil.test',
    '',
  ])('S34: never to %j, which is not on the list letter by letter', async (loginRedirectUrl) => {
    expect(await refusal(sendLink({ loginRedirectUrl }))).toBe('no_match_for_provided_magic_link_url');
    expect(await rig.log.head()).toBe(0);
  });

  it('a signup URL that is named is judged although a login mail is sent', async () => {
    const signupRedirectUrl = 'https://evil.test/';
    expect(await refusal(sendLink({ signupRedirectUrl }))).toBe('no_match_for_provided_magic_link_url');
  });
});

describe('what a login mail call is refused for', () => {
  it.each([
    [{ emailAddress: 'ada@acme.test, eve@evil.test' }, 'invalid_email'],
    [{ emailAddress: '"ada@acme.test" <eve@evil.test>' }, 'invalid_email'],
    [{ emailAddress: 'ada@acme.test\r\nBcc: eve@evil.test' }, 'invalid_email'],
    [{ emailAddress: 'ada＠evil.test@acme.test' }, 'invalid_email'],
    [{ emailAddress: '"eve@evil.test x"@acme.test' }, 'invalid_email'],
    [{ loginMinutes: 4 }, 'invalid_expiration'],
    [{ loginMinutes: 10_081 }, 'invalid_expiration'],
    [{ signupMinutes: 4 }, 'invalid_expiration'],
    [{ signupMinutes: 7.5 }, 'invalid_expiration'],
    [{ codeChallenge: 'c'.repeat(42) }, 'invalid_pkce_code_challenge'],
    [{ codeChallenge: 'c'.repeat(129) }, 'invalid_pkce_code_challenge'],
    [{ codeChallenge: `${'c'.repeat(42)}=` }, 'invalid_pkce_code_challenge'],
    [{ organization: 'unknown' }, 'organization_not_found'],
  ])('%j: %s', async (request, code) => {
    expect(await refusal(sendLink(request))).toBe(code);
    expect(await rig.log.head()).toBe(0);
  });

  it.each([
    [{ loginMinutes: 5 }],
    [{ loginMinutes: 10_080 }],
    [{ codeChallenge: 'c'.repeat(43) }],
    [{ codeChallenge: 'c'.repeat(128) }],
  ])('not for %j', async (request) => {
    expect(await sendLink(request)).toMatchObject({ memberId: ada });
  });

  it('a code lives for two to fifteen minutes', async () => {
    expect(await refusal(sendCode({ loginMinutes: 1 }))).toBe('invalid_expiration');
    expect(await refusal(sendCode({ signupMinutes: 16 }))).toBe('invalid_expiration');
    expect(await sendCode({ loginMinutes: 2, signupMinutes: 15 })).toMatchObject({ memberId: ada });
  });
});
