import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtInPolicy, identityRequests } from '@muster/contracts';
import { InMemoryEventLog, InMemoryKeyStore, InMemoryReadStore, ViewRegistry } from '@muster/eventsourcing';
import {
  createLogger,
  createServiceApplication,
  InMemoryAnswerStore,
  InProcessTransport,
  Keyring,
  type MusterConfig,
  newIdIn,
  type Platform,
  reportingPositions,
  systemClock,
} from '@muster/nest-kit';
import { tokenIn, until } from '@muster/testkit';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { IdentityModule } from '../app.module.ts';
import type { CaughtMail } from '../application/mailbox.ts';
import { acme, ada, globex, memberFacts, organizationFacts, projectId, ruleFor } from '../testing/facts.ts';
import { requestContext } from '../testing/identity-rig.ts';
import { neighbouring, NeighboursModule } from '../testing/neighbours.ts';

const project = { projectId, environment: 'test', name: 'Muster' } as const;
const authorization = `Basic ${Buffer.from(`${projectId}:secret`).toString('base64')}`;
const config: MusterConfig = {
  project,
  secretHashes: [createHash('sha256').update('secret').digest('hex')],
  publicUrl: 'https://auth.acme.test',
  issuer: 'https://auth.acme.test',
  production: false,
  dataDirectory: mkdtempSync(join(tmpdir(), 'identity-')),
  redirectUrls: (['LOGIN', 'SIGNUP', 'INVITE', 'DISCOVERY'] as const).map((type) => ({
    type,
    url: `https://app.acme.test/${type.toLowerCase()}`,
    isDefault: true,
  })),
  rbac: builtInPolicy,
  smtpUrl: null,
  mailFrom: { name: 'Muster', address: 'no-reply@muster.test' },
  dnsServers: [],
  signingKeys: { rotateAfterDays: null, propagationSeconds: 300, overlapMinutes: 6 },
};
const platformWith = (transport: InProcessTransport, more: Partial<MusterConfig> = {}): Platform => ({
  config: { ...config, ...more },
  log: reportingPositions(new InMemoryEventLog()),
  keys: new InMemoryKeyStore(),
  store: new InMemoryReadStore(),
  views: new ViewRegistry(),
  answers: new InMemoryAnswerStore(),
  requester: transport,
  clock: systemClock,
  newId: newIdIn('test'),
  keyring: new Keyring(randomBytes(32)),
  logger: createLogger('silent'),
});

const started: NestFastifyApplication[] = [];
const start = async (more: Partial<MusterConfig> = {}) => {
  const transport = new InProcessTransport();
  const options = () => ({ environment: 'test', transport: transport.server(), logger: false }) as const;
  started.push(await createServiceApplication({ module: NeighboursModule }, options()));
  const application = await createServiceApplication(
    IdentityModule.register(platformWith(transport, more)),
    options(),
  );
  started.push(application);
  return { transport, application };
};

let transport: InProcessTransport;
let application: NestFastifyApplication;
beforeAll(async () => {
  ({ transport, application } = await start());
});
afterAll(() => Promise.all(started.map((one) => one.close())));
beforeEach(() => neighbouring.add(organizationFacts({ jitRules: [ruleFor('acme.test')] }), memberFacts()));

const post = (path: string, payload: object, headers: object = {}) =>
  application.inject({
    method: 'POST',
    url: `/v1/b2b/${path}`,
    headers: { authorization, ...headers },
    payload,
  });
const errorOf = async (...call: Parameters<typeof post>) => {
  const response = await post(...call);
  return [response.statusCode, response.json().error_type];
};
const mailTo = (address: string, subject: string) =>
  until(`mail to ${address}`, async () => {
    const response = await application.inject(`/dev/mailbox.json?to=${encodeURIComponent(address)}`);
    return (response.json() as CaughtMail[]).find((mail) => mail.subject === subject);
  });

describe('sending links and codes over HTTP', () => {
  it('a login link arrives and proves the address', async () => {
    const response = await post('magic_links/email/login_or_signup', {
      organization_id: acme,
      email_address: 'ada@acme.test',
      locale: 'fr',
      login_template_id: 'ours',
      signup_expiration_minutes: null,
    });
    expect(response.json()).toEqual({
      member_id: ada,
      member_created: false,
      member: { member_id: ada, status: 'active', email_address: 'ada@acme.test' },
      organization: { organization_id: acme, organization_name: 'Acme' },
      request_id: expect.stringMatching(/^request-id-test-/),
      status_code: 200,
    });
    expect(response.headers['muster-position']).toBe('2');
    expect(response.headers['muster-ignored-fields']).toBeUndefined();
    const { links } = await mailTo('ada@acme.test', 'Log in to Acme');
    const redemption = {
      flowId: 'login-1',
      scope: 'organization',
      token: tokenIn(links[0]!)!,
      codeVerifier: null,
    } as const;
    const proof = await transport.ask(identityRequests.redeemEmailLink, redemption, requestContext);
    expect(proof).toMatchObject({ memberId: ada, purpose: 'login' });
    const again = { ...redemption, flowId: 'login-2' };
    await expect(
      transport.ask(identityRequests.redeemEmailLink, again, requestContext),
    ).rejects.toMatchObject({ code: 'unable_to_auth_magic_link' });
  });

  it('a signup code arrives and proves the address', async () => {
    const email_address = 'new@acme.test';
    const response = await post('otps/email/login_or_signup', { organization_id: 'acme', email_address });
    expect(response.json()).toMatchObject({ member_created: true, member: { status: 'pending' } });
    const { codes } = await mailTo(email_address, 'Your code to join Acme');
    const redemption = { flowId: 'login-1', organizationId: acme, address: email_address, code: codes[0]! };
    const proof = await transport.ask(identityRequests.redeemEmailCode, redemption, requestContext);
    expect(proof).toMatchObject({ memberId: response.json().member_id, purpose: 'signup' });
  });

  it('R20: discovery answers the same for everybody', async () => {
    const answers = [];
    for (const email_address of ['ada@acme.test', 'nobody@nowhere.test'])
      for (const path of ['magic_links/email/discovery/send', 'otps/email/discovery/send']) {
        const { body, statusCode } = await post(path, { email_address });
        answers.push([statusCode, JSON.parse(body, (key, value) => (key === 'request_id' ? 'id' : value))]);
      }
    expect(answers).toEqual(Array(4).fill([200, { request_id: 'id', status_code: 200 }]));
    await mailTo('nobody@nowhere.test', 'Your link for Muster');
    await mailTo('nobody@nowhere.test', 'Your code for Muster');
  });

  it('an invitation arrives', async () => {
    const response = await post('magic_links/email/invite', {
      organization_id: acme,
      email_address: 'guest@elsewhere.test',
      roles: ['editor'],
      trusted_metadata: { plan: 'gold' },
    });
    expect(response.json()).toMatchObject({ member: { status: 'invited' }, organization: {} });
    await mailTo('guest@elsewhere.test', 'You are invited to Acme');
  });

  it('I15: with a member session, that member’s roles decide', async () => {
    const invite = (role: string, more: object = {}) =>
      errorOf(
        'magic_links/email/invite',
        { organization_id: acme, email_address: 'two@elsewhere.test', ...more },
        { 'x-stytch-member-session': role },
      );
    neighbouring.add(organizationFacts({ organizationId: globex, slug: 'globex' }, 'Globex'));
    expect(await invite('stytch_member')).toEqual([403, 'session_authorization_error']);
    expect(await invite('stytch_admin', { organization_id: globex })).toEqual([
      403,
      'session_authorization_tenancy_error',
    ]);
    expect(await invite('stytch_admin', { trusted_metadata: {} })).toEqual([
      403,
      'trusted_metadata_not_allowed',
    ]);
    expect(await invite('stytch_admin')).toEqual([200, undefined]);
  });

  it('E5: the same Idempotency-Key sends once and answers the same; for another body it is refused', async () => {
    const headers = { 'idempotency-key': 'key-1' };
    const body = { organization_id: acme, email_address: 'twice@acme.test' };
    const first = await post('otps/email/login_or_signup', body, headers);
    const again = await post('otps/email/login_or_signup', body, headers);
    expect(again.json()).toEqual(first.json());
    expect(again.headers['muster-position']).toBe(first.headers['muster-position']);
    const other = { ...body, email_address: 'other@acme.test' };
    expect(await errorOf('otps/email/login_or_signup', other, headers)).toEqual([
      422,
      'idempotency_key_reused',
    ]);
  });

  it.each([
    [{ email_address: 'not an address' }, 400, 'invalid_email'],
    [{ email_address: ['ada@acme.test', 'eve@evil.test'] }, 400, 'bad_request'],
    [{ email_address: { $ne: '' } }, 400, 'bad_request'],
    [{ organization_id: undefined }, 400, 'bad_request'],
    [{ organization_id: 'unknown' }, 404, 'organization_not_found'],
    [{ login_expiration_minutes: '60' }, 400, 'bad_request'],
    [{ login_expiration_minutes: 10_081 }, 400, 'invalid_expiration'],
    [{ login_redirect_url: 'https://evil.test' }, 400, 'no_match_for_provided_magic_link_url'],
    [{ pkce_code_challenge: 'short' }, 400, 'invalid_pkce_code_challenge'],
    [{ email_address: 'eve@evil.test' }, 400, 'invalid_email_for_jit_provisioning'],
  ])('%j: %d %s', async (fields, status, type) => {
    const body = { organization_id: acme, email_address: 'ada@acme.test', ...fields };
    expect(await errorOf('magic_links/email/login_or_signup', body)).toEqual([status, type]);
  });

  it('without the project’s secret nothing is sent', async () => {
    const body = { email_address: 'ada@acme.test' };
    expect(await errorOf('otps/email/discovery/send', body, { authorization: '' })).toEqual([
      401,
      'unauthorized_credentials',
    ]);
  });

  it('S19: no header of the request contributes to a link', async () => {
    const forged = {
      host: 'evil.test',
      'x-forwarded-host': 'evil.test',
      'x-forwarded-proto': 'ftp',
      forwarded: 'host=evil.test',
    };
    await post('magic_links/email/discovery/send', { email_address: 'host@acme.test' }, forged);
    const mail = await mailTo('host@acme.test', 'Your link for Muster');
    expect(new URL(mail.links[0]!).origin).toBe('https://app.acme.test');
    expect(JSON.stringify(mail)).not.toContain('evil.test');
  });
});

describe('questions of the other services', () => {
  it('have an e-mail update sent', async () => {
    const update = {
      commandId: 'update-1',
      organizationId: acme,
      memberId: ada,
      address: 'ada@new.test',
      delivery: 'EMAIL_OTP',
      redirectUrl: null,
    } as const;
    const { expiresAt } = await transport.ask(identityRequests.sendEmailUpdate, update, requestContext);
    expect(Date.parse(expiresAt) - Date.now()).toBeGreaterThan(4 * 60_000);
    expect((await mailTo('ada@new.test', 'Confirm your new e-mail address')).codes).toHaveLength(1);
  });

  it('have a notice sent', async () => {
    const notice = {
      commandId: 'notice-1',
      template: 'join_requested',
      organizationId: acme,
      memberId: ada,
      address: 'steward@acme.test',
      values: { organization: 'Acme', applicant: 'bob@acme.test' },
    } as const;
    await expect(transport.ask(identityRequests.notify, notice, requestContext)).resolves.toEqual({});
    const { text } = await mailTo('steward@acme.test', 'Somebody would like to join Acme');
    expect(text).toContain('bob@acme.test has proven their e-mail address');
  });
});

describe('the dev mailbox over HTTP', () => {
  const page = (query = '') => application.inject(`/dev/mailbox${query}`);

  it('is a page that runs no script, whatever the mail says', async () => {
    neighbouring.add(organizationFacts({}, '<script>alert(1)</script>'), memberFacts());
    await post('otps/email/login_or_signup', { organization_id: acme, email_address: 'ada@acme.test' });
    await mailTo('ada@acme.test', 'Your code for <script>alert(1)</script>');
    const { body, headers } = await page('?to=ada@acme.test');
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(body).toContain('Your code for &lt;script&gt;alert(1)&lt;/script&gt;');
    expect(body).not.toMatch(/<script/i);
    const style = /<style>([^]*)<\/style>/.exec(body)![1]!;
    const hash = createHash('sha256').update(style).digest('base64');
    expect(headers['content-security-policy']).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`,
    );
  });

  it('S59: reflects nothing of its query as markup', async () => {
    const { body } = await page(`?to=${encodeURIComponent('"><script>alert(1)</script>')}`);
    expect(body).not.toMatch(/<script/i);
    expect(body).toContain('No mail yet.');
  });

  it('shows only the mail of the recipient asked for, in any spelling of the address', async () => {
    await post('otps/email/discovery/send', { email_address: 'only@acme.test' });
    await mailTo('ONLY@acme.test', 'Your code for Muster');
    const mails = (await application.inject('/dev/mailbox.json?to=only@acme.test')).json() as CaughtMail[];
    expect(mails.map(({ to }) => to)).toEqual(['only@acme.test']);
  });

  it('is not there in a deployment that sends mail', async () => {
    const sending = await start({ smtpUrl: 'smtp://127.0.0.1:1' });
    for (const url of ['/dev/mailbox', '/dev/mailbox.json', '/dev/mailbox.json?to=ada@acme.test']) {
      const response = await sending.application.inject(url);
      expect([response.statusCode, response.json().error_type]).toEqual([404, 'route_not_found']);
    }
  });

  it('is never what production sends mail with', () => {
    const production = platformWith(new InProcessTransport(), { production: true });
    expect(() => IdentityModule.register(production)).toThrow('MUSTER_SMTP_URL');
  });
});
