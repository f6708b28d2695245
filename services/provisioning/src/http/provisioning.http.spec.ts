import { createHash, randomBytes } from 'node:crypto';
import { builtInPolicy, provisioningRequests } from '@muster/contracts';
import { InMemoryEventLog, InMemoryKeyStore, InMemoryReadStore, ViewRegistry } from '@muster/eventsourcing';
import {
  createLogger,
  createServiceApplication,
  InMemoryAnswerStore,
  InProcessTransport,
  Keyring,
  newIdIn,
  type Platform,
  reportingPositions,
} from '@muster/nest-kit';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ProvisioningModule } from '../app.module.ts';
import { neighbouring, NeighboursModule, startOver } from '../testing/neighbours.ts';
import { context, projectId } from '../testing/provisioning-rig.ts';

const acme = 'organization-test-00000000-0000-7000-8000-0000000000ac';
const globex = 'organization-test-00000000-0000-7000-8000-0000000000b0';
const authorization = `Basic ${Buffer.from(`${projectId}:secret`).toString('base64')}`;
const steward = { 'x-stytch-member-session': `${acme} stytch_admin` };
const now = '2026-11-23T09:00:00.000Z';

const platformWith = (transport: InProcessTransport): Platform => ({
  config: {
    project: { projectId, environment: 'test', name: 'Muster' },
    secretHashes: [createHash('sha256').update('secret').digest('hex')],
    publicUrl: 'https://auth.acme.test',
    rbac: builtInPolicy,
  } as unknown as Platform['config'],
  log: reportingPositions(new InMemoryEventLog()),
  keys: new InMemoryKeyStore(),
  store: new InMemoryReadStore(),
  views: new ViewRegistry(),
  answers: new InMemoryAnswerStore(),
  requester: transport,
  clock: () => now,
  newId: newIdIn('test'),
  keyring: new Keyring(randomBytes(32)),
  logger: createLogger('silent'),
});

const started: NestFastifyApplication[] = [];
const transport = new InProcessTransport();
let application: NestFastifyApplication;
const start = async () => {
  const options = () => ({ environment: 'test', transport: transport.server(), logger: false }) as const;
  started.push(await createServiceApplication({ module: NeighboursModule }, options()));
  application = await createServiceApplication(
    ProvisioningModule.register(platformWith(transport)),
    options(),
  );
  started.push(application);
};

const call = async (method: 'GET' | 'POST', path: string, headers: object = {}) => {
  const url = `/v1/b2b/organizations/${path}`;
  const response = await application.inject({ method, url, headers: { authorization, ...headers } });
  return { status: response.statusCode, body: response.json(), headers: response.headers };
};
const errorOf = async (...of: Parameters<typeof call>) => {
  const { status, body } = await call(...of);
  return [status, body.error_type];
};
const knock = (address: string, flowId = `flow-${address}-${Math.random()}`) =>
  transport.ask(
    provisioningRequests.admit,
    {
      flowId,
      organizationId: acme,
      memberId: null,
      applicant: { address, proof: 'proven', connectionId: null },
      through: 'organization',
    },
    context,
  );

describe('provisioning over HTTP and messages', () => {
  beforeAll(start);
  afterAll(() => Promise.all(started.map((one) => one.close())));

  describe('admissions', () => {
    beforeEach(() => startOver({ roles: ['editor'] }));

    it('R36: a decision is told with all it rests on', async () => {
      const decision = await knock('ada@acme.test');
      const memberId = neighbouring.organizations.members.get('ada@acme.test')!.memberId;
      expect(decision).toStrictEqual({ outcome: 'admitted', admissionId: decision.admissionId, memberId });
      const { body } = await call('GET', `acme/admissions/${decision.admissionId}`);
      expect(body).toStrictEqual({
        admission: {
          admission_id: decision.admissionId,
          organization_id: acme,
          decided_at: now,
          position: 1,
          outcome: 'admitted',
          door: 'jit_rule',
          rule_id: 'rule-acme',
          rules_version: 3,
          member_id: memberId,
          join_request_id: null,
          email_domain: 'acme.test',
          email_address: 'ada@acme.test',
          through: 'organization',
          proof: 'proven',
          roles: ['editor'],
          membership_expires_at: null,
          inputs: {
            at: now,
            through: 'organization',
            applicant: { email_domain: 'acme.test', proof: 'proven', connection: null },
            organization: {
              revision: 7,
              ownerless: false,
              email_invites: 'ALL_ALLOWED',
              rules_version: 3,
              rules: [
                {
                  rule_id: 'rule-acme',
                  matcher: { type: 'email_domain', domain: 'acme.test', state: 'listed' },
                  mode: 'auto',
                  roles: ['editor'],
                  membership_days: null,
                  cap: null,
                  ends_at: null,
                  source: 'custom',
                },
              ],
            },
            member: null,
            domain: { kind: 'own', state: 'listed', claimed_elsewhere: false, proven_colleague: false },
            approval: null,
            admitted: 0,
          },
          reasons: [
            {
              code: 'rule_admits',
              message: 'A just-in-time rule admits the person.',
              details: { rule_id: 'rule-acme' },
            },
          ],
          evaluated_rules: [{ rule_id: 'rule-acme', outcome: 'matched' }],
          settled: true,
          withdrawn: false,
          withdrawn_because: null,
        },
        request_id: expect.stringMatching(/^request-id-test-/),
        status_code: 200,
      });
    });

    it('are listed in pages and by outcome', async () => {
      const refused = await knock('eve@evil.test');
      await knock('eve@evil.test');
      const path = `${acme}/admissions?outcome=refused&limit=1`;
      const first = await call('GET', path);
      expect(first.body.admissions).toMatchObject([
        { admission_id: refused.admissionId, member_id: null, email_address: 'eve@evil.test' },
      ]);
      expect(first.body.results_metadata.total).toBe(2);
      const { next_cursor } = first.body.results_metadata;
      const second = await call('GET', `${path}&cursor=${next_cursor}`);
      expect(second.body).toMatchObject({ admissions: [{}], results_metadata: { next_cursor: null } });
    });

    it('R33: public and disposable mail is told from a company’s', async () => {
      neighbouring.organizations.changePolicy({
        emailDomains: [{ domain: 'protonmail.com', state: 'verified' }],
        jitRules: [
          {
            ...neighbouring.organizations.organization.jitRules[0]!,
            matcher: { type: 'any_listed_email_domain' },
          },
        ],
      });
      const { admissionId } = await knock('ada@protonmail.com');
      const { body } = await call('GET', `acme/admissions/${admissionId}`);
      expect(body.admission).toMatchObject({
        outcome: 'refused',
        evaluated_rules: [{ outcome: 'public_mail_domain' }],
        inputs: { domain: { kind: 'public' } },
      });
    });

    it('refuse a question that has no answer, with its place', async () => {
      expect(await errorOf('GET', 'acme/admissions?limit=0')).toStrictEqual([400, 'bad_request']);
      expect(await errorOf('GET', 'acme/admissions?outcome=maybe')).toStrictEqual([400, 'bad_request']);
      expect(await errorOf('GET', 'acme/admissions?cursor=x')).toStrictEqual([400, 'invalid_cursor']);
      expect(await errorOf('GET', 'acme/admissions/none')).toStrictEqual([404, 'admission_not_found']);
      expect(await errorOf('GET', `${globex}/admissions`)).toStrictEqual([404, 'organization_not_found']);
    });
  });

  describe('previews', () => {
    it('R33: answer for each organization, in their order, and record nothing', async () => {
      startOver({ mode: 'approve' });
      const address = 'pat@acme.test';
      const open = await neighbouring.organizations.entry({ organization: acme, address });
      const shut = { ...open, organization: { ...open.organization, jitRules: [] } };
      const question = {
        applicant: { address, proof: 'typed', connectionId: null },
        through: 'organization',
        entries: [shut, open],
      } as const;
      const { previews } = await transport.ask(provisioningRequests.preview, question, context);
      expect(previews).toMatchObject([
        { outcome: 'refused', reasons: [{ code: 'no_rule_matches' }] },
        { outcome: 'eligible', mode: 'approve', ruleId: 'rule-acme', domain: 'acme.test' },
      ]);
    });

    it('S21: refuse what is no address', async () => {
      const applicant = { address: 'a@evil@acme.test', proof: 'typed', connectionId: null } as const;
      const entry = await neighbouring.organizations.entry({ organization: acme, address: 'a@acme.test' });
      const question = { applicant, through: 'organization', entries: [entry] } as const;
      const preview = transport.ask(provisioningRequests.preview, question, context);
      await expect(preview).rejects.toMatchObject({ code: 'invalid_email' });
    });
  });

  describe('join requests', () => {
    let path: string;
    beforeEach(async () => {
      startOver({ mode: 'approve' });
      const decision = await knock(`${randomBytes(4).toString('hex')}@acme.test`);
      path = `acme/join_requests/${(decision as { joinRequestId: string }).joinRequestId}`;
    });

    it('R32: a steward approves, and the person is a member', async () => {
      const { status, body, headers } = await call('POST', `${path}/approve`, steward);
      expect(status).toBe(200);
      const [member] = neighbouring.organizations.members.values();
      expect(body.join_request).toMatchObject({
        organization_id: acme,
        member_id: member!.memberId,
        email_address: member!.address,
        rule_id: 'rule-acme',
        status: 'approved',
        requested_at: now,
        decided_at: now,
        decided_by: 'member:member-steward',
      });
      expect(member!.status).toBe('active');
      expect(Number(headers['muster-position'])).toBeGreaterThan(0);
      expect(neighbouring.notices).toMatchObject([{ values: { decision: 'approved' } }]);
    });

    it('R32: the backend denies, and nobody is let in', async () => {
      const { body } = await call('POST', `${path}/deny`);
      expect(body.join_request).toMatchObject({
        status: 'denied',
        member_id: null,
        decided_by: `project:${projectId}`,
      });
      expect(neighbouring.organizations.members.size).toBe(0);
      expect(await errorOf('POST', `${path}/approve`)).toStrictEqual([400, 'join_request_already_decided']);
    });

    it('E5: a repeat with its idempotency key is the same decision', async () => {
      const key = { 'idempotency-key': path.slice(-12) };
      const first = await call('POST', `${path}/approve`, key);
      const second = await call('POST', `${path}/approve`, key);
      expect(second.body.join_request).toStrictEqual(first.body.join_request);
      expect(neighbouring.organizations.asked).toHaveLength(1);
    });

    it('R33: an approval that no rule stands behind is refused, with reasons', async () => {
      neighbouring.organizations.replaceRules();
      const { status, body } = await call('POST', `${path}/approve`, steward);
      expect([status, body.error_type, body.reasons[0].code]).toStrictEqual([
        403,
        'admission_refused',
        'no_rule_matches',
      ]);
    });

    it('are listed by status', async () => {
      await call('POST', `${path}/deny`);
      const denied = await call('GET', 'acme/join_requests?status=denied');
      const ids = denied.body.join_requests.map((each: { join_request_id: string }) => each.join_request_id);
      expect(ids).toContain(path.split('/')[2]);
      expect(await errorOf('GET', 'acme/join_requests?status=lost')).toStrictEqual([400, 'bad_request']);
    });

    it('that do not exist cannot be decided on', async () => {
      const missing = 'acme/join_requests/join-request-test-00000000-0000-8000-8000-000000000000';
      expect(await errorOf('POST', `${missing}/approve`)).toStrictEqual([404, 'join_request_not_found']);
      expect(await errorOf('POST', 'acme/join_requests/x.y/deny')).toStrictEqual([
        404,
        'join_request_not_found',
      ]);
    });
  });

  describe('who may ask', () => {
    const doors = [
      ['GET', 'admissions'],
      ['GET', 'admissions/some'],
      ['GET', 'join_requests'],
      ['POST', 'join_requests/some/approve'],
      ['POST', 'join_requests/some/deny'],
    ] as const;

    it.each(doors)('I14: nobody without the secret: %s %s', async (method, path) => {
      const response = await application.inject({ method, url: `/v1/b2b/organizations/acme/${path}` });
      expect(response.statusCode).toBe(401);
    });

    it.each(doors)('I14: no member without a role that allows it: %s %s', async (method, path) => {
      const headers = { 'x-stytch-member-session': `${acme} stytch_member` };
      expect(await errorOf(method, `acme/${path}`, headers)).toStrictEqual([
        403,
        'session_authorization_error',
      ]);
    });

    it.each(doors)(
      'I3, R20: a steward of another organization learns nothing, not even whether it exists: %s %s',
      async (method, path) => {
        const headers = { 'x-stytch-member-session': `${globex} stytch_admin` };
        for (const reference of [acme, 'acme', 'nowhere'])
          expect(await errorOf(method, `${reference}/${path}`, headers)).toStrictEqual([
            403,
            'session_authorization_tenancy_error',
          ]);
      },
    );
  });

  describe('applicants', () => {
    const erase = async (body: object, headers: object = {}) => {
      const url = '/v1/b2b/organizations/acme/applicants/erase';
      const sent = { method: 'POST', url, payload: body, headers: { authorization, ...headers } } as const;
      const response = await application.inject(sent);
      return { status: response.statusCode, body: response.json() };
    };

    it('R54: who was refused is unreadable once the answer is there; who never came gets the same', async () => {
      startOver({ mode: 'off' });
      const { admissionId } = await knock('ada@acme.test');
      for (const email_address of ['ada@acme.test', 'nobody@acme.test']) {
        const { status, body } = await erase({ email_address });
        expect([status, body]).toEqual([
          200,
          { request_id: body.request_id, status_code: 200, organization_id: acme, erasure: 'complete' },
        ]);
      }
      const { body } = await call('GET', `acme/admissions/${admissionId}`);
      expect(body.admission).toMatchObject({ email_address: null, email_domain: 'acme.test' });
    });

    it('attack: no member session erases an applicant', async () => {
      const { status, body } = await erase({ email_address: 'ada@acme.test' }, steward);
      expect([status, body.error_type]).toEqual([400, 'member_session_not_supported']);
    });

    it('refuses what is no address, and what it does not know', async () => {
      expect((await erase({ email_address: 'nobody' })).body.error_type).toBe('invalid_email');
      expect((await erase({ email_address: 'ada@acme.test', all: true })).status).toBe(400);
      expect((await erase({})).status).toBe(400);
    });
  });
});
