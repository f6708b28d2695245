import { DnsServer } from '@muster/testkit';
import { OrganizationApp } from '../../test/organization-app.ts';

let dns: DnsServer;
let app: OrganizationApp;
beforeAll(async () => {
  dns = await DnsServer.start();
  app = await OrganizationApp.start({ dnsServers: [dns.address] });
});
afterAll(async () => {
  await app.stop();
  await dns.stop();
});

let slugs = 0;
const newOrganization = async (settings: object = {}) => {
  const body = { organization_name: 'Company', organization_slug: `policy-${++slugs}`, ...settings };
  const answer = await app.call('POST', '/b2b/organizations', body);
  return {
    id: answer.body.organization.organization_id as string,
    path: `/b2b/organizations/${answer.body.organization.organization_id}`,
  };
};
const errorOf = async (...call: Parameters<OrganizationApp['call']>) => {
  const { status, body } = await app.call(...call);
  return [status, body.error_type, body.pointer];
};

const defaultRule = (rule_id: string, type: string, mode: string) => ({
  rule_id,
  matcher: { type },
  mode,
  roles: [],
  membership_days: null,
  cap: null,
  ends_at: null,
  source: 'default',
});
const ssoAuto = defaultRule('default-sso', 'any_connection', 'auto');
const emailOff = defaultRule('default-email-domain', 'any_listed_email_domain', 'off');

describe('the JIT rules over HTTP', () => {
  it('R35: start as the fixed block behind the flat fields', async () => {
    const { path } = await newOrganization();
    const { body, headers } = await app.call('GET', `${path}/jit_rules`);
    expect(body).toMatchObject({
      version: 1,
      rules: [ssoAuto, emailOff],
      defaults: {
        email_jit_provisioning: 'NOT_ALLOWED',
        sso_jit_provisioning: 'ALL_ALLOWED',
        sso_jit_provisioning_allowed_connections: [],
        oauth_tenant_jit_provisioning: 'NOT_ALLOWED',
        allowed_oauth_tenants: {},
        email_invites: 'ALL_ALLOWED',
      },
    });
    expect(headers['etag']).toBe('"1"');
  });

  it('R31, R34: are replaced as a whole, and come back as they were written', async () => {
    const { path } = await newOrganization({ email_allowed_domains: ['company.test'] });
    const rules = [
      {
        rule_id: 'contractors',
        matcher: { type: 'email_domain', domain: 'company.test', state: 'verified' },
        mode: 'approve',
        roles: ['editor'],
        membership_days: 30,
        cap: 5,
        ends_at: '2027-01-01T01:00:00+01:00',
      },
      { matcher: { type: 'oauth_tenant', provider: 'slack', tenant: 'T1' }, mode: 'ask' },
    ];
    const { status, body } = await app.call('PUT', `${path}/jit_rules`, { rules });
    expect(status).toBe(200);
    expect(body.rules).toEqual([
      { ...rules[0], ends_at: '2027-01-01T00:00:00.000Z', source: 'custom' },
      {
        rule_id: expect.stringMatching(/^jit-rule-test-/),
        matcher: { type: 'oauth_tenant', provider: 'slack', tenant: 'T1' },
        mode: 'ask',
        roles: [],
        membership_days: null,
        cap: null,
        ends_at: null,
        source: 'custom',
      },
      ssoAuto,
      emailOff,
    ]);
    const withIds = rules.map((rule, index) => ({ ...rule, rule_id: body.rules[index].rule_id }));
    const again = await app.call('PUT', `${path}/jit_rules`, { rules: withIds });
    expect([again.body.version, again.headers['muster-position']]).toEqual([2, undefined]);
  });

  it('If-Match keeps one author from overwriting the other', async () => {
    const { path } = await newOrganization();
    const rules = [{ matcher: { type: 'any_connection' }, mode: 'approve' }];
    const put = (version: string) => app.call('PUT', `${path}/jit_rules`, { rules }, { 'if-match': version });
    const first = await put('"1"');
    expect([first.status, first.headers['etag']]).toEqual([200, '"2"']);
    const second = await put('"1"');
    expect([second.status, second.body.error_type]).toEqual([412, 'precondition_failed']);
    expect((await put('*')).status).toBe(200);
    expect((await put('yesterday')).body.error_type).toBe('bad_request');
  });

  it('R35: the full form may shut every door, which the flat fields may not', async () => {
    const { path } = await newOrganization();
    const defaults = {
      sso_jit_provisioning: 'NOT_ALLOWED',
      email_jit_provisioning: 'NOT_ALLOWED',
      email_invites: 'NOT_ALLOWED',
    };
    expect((await errorOf('PUT', path, defaults)).slice(0, 2)).toEqual([
      400,
      'invalid_organization_auth_factor_setting',
    ]);
    const { body } = await app.call('PUT', `${path}/jit_rules`, { rules: [], defaults });
    expect(body).toMatchObject({ rules: [{ rule_id: 'default-sso', mode: 'off' }, emailOff], defaults });
    const { organization } = (await app.call('GET', path)).body;
    expect(organization).toMatchObject(defaults);
  });

  it.each([
    [{ rules: 'none' }, '/rules'],
    [{ rules: [null] }, '/rules'],
    [{ rules: [{ mode: 'ask' }] }, '/rules/0/matcher'],
    [{ rules: [{ matcher: { type: 'everybody' }, mode: 'ask' }] }, '/rules/0/matcher/type'],
    [{ rules: [{ matcher: { type: 'any_connection' }, mode: 'maybe' }] }, '/rules/0/mode'],
    [
      { rules: [{ matcher: { type: 'any_connection', domain: 'a.test' }, mode: 'ask' }] },
      '/rules/0/matcher/domain',
    ],
    [{ rules: [{ matcher: { type: 'any_connection' }, mode: 'ask', ends_at: 'soon' }] }, '/rules/0/ends_at'],
    [{ rules: [], colour: 'red' }, '/colour'],
    [{ rules: [], defaults: { email_invites: 'SOMETIMES' } }, '/defaults/email_invites'],
  ])('refuses %j', async (body, pointer) => {
    const { path } = await newOrganization();
    const answer = await app.call('PUT', `${path}/jit_rules`, body);
    expect([answer.status, answer.body.error_type]).toEqual([400, 'bad_request']);
    expect(answer.body.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer);
  });

  it('R33: refuses a rule for a public domain or one the organization does not list, and says why', async () => {
    const { path } = await newOrganization();
    const put = (domain: string) =>
      app.call('PUT', `${path}/jit_rules`, {
        rules: [{ matcher: { type: 'email_domain', domain }, mode: 'auto' }],
      });
    expect((await put('gmail.com')).body).toMatchObject({
      error_type: 'invalid_jit_rules',
      pointer: '/rules/0/matcher/domain',
      reasons: [{ code: 'public_mail_domain', details: { rule: 0 } }],
    });
    expect((await put('victim.test')).body).toMatchObject({
      error_type: 'invalid_jit_rules',
      reasons: [{ code: 'domain_not_listed', details: { rule: 0 } }],
    });
  });

  it('I15: a member cannot write a rule that gives more than they hold (privilege escalation)', async () => {
    const { id, path } = await newOrganization();
    const keeper = app.as(id, 'stytch_member', 'rule-keeper');
    const list = (roles: string[]) => ({
      rules: [{ matcher: { type: 'any_connection' }, mode: 'auto', roles }],
    });
    expect((await errorOf('PUT', `${path}/jit_rules`, list(['stytch_admin']), keeper)).slice(0, 2)).toEqual([
      403,
      'session_authorization_error',
    ]);
    expect((await app.call('PUT', `${path}/jit_rules`, list([]), keeper)).status).toBe(200);
    const plain = app.as(id, 'stytch_member');
    expect((await errorOf('PUT', `${path}/jit_rules`, list([]), plain))[0]).toBe(403);
  });
});

describe('the session policy over HTTP', () => {
  it('R14: is nothing at first, then what was put as a whole', async () => {
    const { path } = await newOrganization();
    const none = {
      maximum_duration_minutes: null,
      idle_timeout_minutes: null,
      reauthentication_interval_minutes: null,
    };
    expect((await app.call('GET', `${path}/session_policy`)).body.session_policy).toEqual(none);
    const strict = { ...none, maximum_duration_minutes: 480, reauthentication_interval_minutes: 360 };
    expect((await app.call('PUT', `${path}/session_policy`, strict)).body.session_policy).toEqual(strict);
    const idle = await app.call('PUT', `${path}/session_policy`, { idle_timeout_minutes: 15 });
    expect(idle.body.session_policy).toEqual({ ...none, idle_timeout_minutes: 15 });
  });

  it('refuses what is out of range, no number, or unknown', async () => {
    const { path } = await newOrganization();
    expect(await errorOf('PUT', `${path}/session_policy`, { idle_timeout_minutes: 4 })).toEqual([
      400,
      'invalid_session_policy',
      '/idle_timeout_minutes',
    ]);
    for (const body of [{ idle_timeout_minutes: '15' }, { absolute_minutes: 15 }])
      expect((await errorOf('PUT', `${path}/session_policy`, body)).slice(0, 2)).toEqual([
        400,
        'bad_request',
      ]);
  });
});

describe('e-mail domains over HTTP', () => {
  const listed = async (path: string, domain: string) => {
    const { body } = await app.call('POST', `${path}/domains`, { domain });
    return body as { verification: { record_name: string; record_value: string } };
  };

  it('R6: go from listed over verified to claimed, and nobody else can claim meanwhile', async () => {
    const first = await newOrganization();
    const second = await newOrganization();
    const { verification } = await listed(first.path, 'Journey.TEST');
    expect(verification).toEqual({
      record_name: '_muster-challenge.journey.test',
      record_type: 'TXT',
      record_value: expect.stringMatching(/^muster-domain-verification=[A-Za-z0-9_-]{32}$/),
    });
    const step = (path: string, verb: string) => app.call('POST', `${path}/domains/journey.test/${verb}`);
    expect((await step(first.path, 'verify')).body.error_type).toBe('email_domain_not_verified');
    expect((await step(first.path, 'claim')).body.error_type).toBe(
      'organization_settings_claimed_domain_not_verified',
    );

    const other = await listed(second.path, 'journey.test');
    expect(other.verification.record_value).not.toBe(verification.record_value);
    dns.setTxt('_muster-challenge.journey.test', 'unrelated', verification.record_value);
    expect((await step(first.path, 'verify')).body).toMatchObject({ state: 'verified', verification });
    expect((await step(second.path, 'verify')).body.error_type).toBe('email_domain_not_verified');

    expect((await step(first.path, 'claim')).body).toMatchObject({
      domain: 'journey.test',
      state: 'claimed',
    });
    dns.setTxt('_muster-challenge.journey.test', verification.record_value, other.verification.record_value);
    expect((await step(second.path, 'verify')).body).toMatchObject({ state: 'verified' });
    expect((await step(second.path, 'claim')).body.error_type).toBe(
      'organization_settings_duplicate_claimed_domain',
    );
    const flat = { claimed_email_domains: ['journey.test'] };
    expect((await errorOf('PUT', second.path, flat))[1]).toBe(
      'organization_settings_duplicate_claimed_domain',
    );

    await app.call('DELETE', `${first.path}/domains/journey.test`);
    expect((await app.call('PUT', second.path, flat)).body.organization).toMatchObject(flat);
  });

  it('R6: a deleted organization keeps no claim', async () => {
    const first = await newOrganization();
    const second = await newOrganization();
    for (const { path } of [first, second]) {
      const { verification } = await listed(path, 'heritage.test');
      dns.setTxt('_muster-challenge.heritage.test', verification.record_value);
      await app.call('POST', `${path}/domains/heritage.test/verify`);
    }
    await app.call('POST', `${first.path}/domains/heritage.test/claim`);
    await app.call('DELETE', first.path);
    const { body } = await app.call('POST', `${second.path}/domains/heritage.test/claim`);
    expect(body.state).toBe('claimed');
  });

  it('show all with their state, also those that came by the flat field', async () => {
    const { path } = await newOrganization({ email_allowed_domains: ['flat.test'] });
    const { verification } = await listed(path, 'asked.test');
    expect((await app.call('GET', `${path}/domains`)).body.domains).toEqual([
      { domain: 'flat.test', state: 'listed', verification: null },
      { domain: 'asked.test', state: 'listed', verification },
    ]);
    expect((await listed(path, 'asked.test')).verification).toEqual(verification);
  });

  it('refuses domains that nobody can own and says 404 of those that are not listed', async () => {
    const { path } = await newOrganization();
    expect(await errorOf('POST', `${path}/domains`, { domain: 'yahoo.co.uk' })).toEqual([
      400,
      'organization_settings_domain_too_common',
      '/domain',
    ]);
    for (const domain of ['nobody.test', 'no%20domain'])
      for (const verb of ['verify', 'claim'])
        expect((await errorOf('POST', `${path}/domains/${domain}/${verb}`)).slice(0, 2)).toEqual([
          404,
          'email_domain_not_found',
        ]);
    expect((await errorOf('DELETE', `${path}/domains/nobody.test`))[1]).toBe('email_domain_not_found');
  });

  it('need the permission for domains', async () => {
    const { id, path } = await newOrganization();
    const plain = app.as(id, 'stytch_member');
    expect((await errorOf('POST', `${path}/domains`, { domain: 'mine.test' }, plain))[1]).toBe(
      'session_authorization_error',
    );
    const admin = app.as(id, 'stytch_admin');
    expect((await app.call('POST', `${path}/domains`, { domain: 'mine.test' }, admin)).status).toBe(200);
  });
});

describe('reclaiming over HTTP', () => {
  it('R8: is not for an organization that has an owner, whoever holds the domain', async () => {
    const { path } = await newOrganization();
    const { body } = await app.call('POST', `${path}/domains`, { domain: 'owned.test' });
    const wish = { domain: 'owned.test', member_id: 'member-test-019ab000-0000-7000-8000-000000000001' };
    const reclaim = async () => (await errorOf('POST', `${path}/reclaim`, wish)).slice(0, 2);
    expect(await reclaim()).toEqual([400, 'email_domain_not_verified']);
    dns.setTxt('_muster-challenge.owned.test', body.verification.record_value);
    expect(await reclaim()).toEqual([400, 'organization_not_ownerless']);
  });
});
