import { createHash } from 'node:crypto';
import {
  builtInPolicy,
  type MemberCaller,
  organizationRequests,
  type RequestContext,
  sessionRequests,
} from '@muster/contracts';
import { InMemoryEventLog } from '@muster/eventsourcing';
import type { AnsweredRequest } from '@muster/observability';
import { DomainError, UnavailableError } from '@muster/kernel';
import { Body, Controller, Delete, Get, Module, Post, Put } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { IsOptional, IsString } from 'class-validator';
import { systemClock } from '../clock.ts';
import { Keyring } from '../keyring.ts';
import { createLogger, nestLogger } from '../logging.ts';
import type { Platform } from '../platform.ts';
import { reachedPosition } from '../request-scope.ts';
import { Answers } from '../requests/answers.ts';
import { InProcessTransport } from '../requests/in-process.transport.ts';
import { strictBody, wireBody } from './body.pipe.ts';
import { Caller, type CallerContext } from './caller.ts';
import { HttpKitModule } from './http-kit.module.ts';
import { createServiceApplication } from './service-application.ts';

const projectId = 'project-test-0193a5e0-0000-7000-8000-000000000001';
const own = 'organization-test-0193a5e0-0000-7000-8000-00000000000a';
const foreign = 'organization-test-0193a5e0-0000-7000-8000-00000000000b';
const secret = 'a-secret';
const basic = (user: string, password: string) =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
const authorization = basic(projectId, secret);

class NameBody {
  @IsString()
  name: string;

  @IsOptional()
  @IsString()
  nickname?: string;
}

@Controller('v1/b2b')
class PlantedController {
  @Get('rbac/policy')
  policy(@Caller() caller: CallerContext) {
    return { actor: caller.context.actor };
  }

  @Post('organizations')
  create(@Body(wireBody(NameBody)) body: NameBody) {
    reachedPosition(41);
    reachedPosition(7);
    return { name: body.name, nickname: body.nickname ?? 'absent' };
  }

  @Put('organizations/:organization_id/jit_rules')
  replace(@Body(strictBody(NameBody)) body: NameBody) {
    return { name: body.name };
  }

  @Delete('organizations/:organization_id')
  remove(@Caller() caller: CallerContext) {
    return { actor: caller.context.actor };
  }

  @Get('projects-without-a-row')
  forgotten() {
    return { open: true };
  }

  @Get('sessions')
  fail() {
    throw new Error('a detail with carol@contractor.example in it');
  }

  @Get('organizations/:organization_id/metrics')
  deny() {
    const reasons = [{ code: 'no_rule', message: 'No rule matches.', details: {} }];
    throw new DomainError('admission_refused', { reasons, secretDetail: 'hidden' });
  }

  @Get('organizations/:organization_id/member')
  down() {
    throw new UnavailableError('event log');
  }
}

@Controller()
class PlantedResponder {
  @Answers(sessionRequests.resolve)
  resolve({ sessionToken }: { sessionToken?: string }): Promise<MemberCaller> {
    const roles = sessionToken === 'admin' ? ['stytch_member', 'stytch_admin'] : ['stytch_member'];
    if (sessionToken !== 'admin' && sessionToken !== 'member') throw new DomainError('session_not_found');
    return Promise.resolve({
      organizationId: own,
      memberId: 'member-1',
      memberSessionId: 'session-1',
      roles,
    });
  }

  @Answers(organizationRequests.discover)
  discover(): Promise<never> {
    throw new Error('inner detail');
  }
}

@Module({ controllers: [PlantedController, PlantedResponder] })
class PlantedModule {}

const context: RequestContext = {
  projectId,
  actor: 'system:test',
  requestId: 'r',
  correlationId: 'r',
  causationId: 'r',
};

describe('the HTTP kit', () => {
  let application: NestFastifyApplication;
  const transport = new InProcessTransport();
  const lines: string[] = [];
  const answered: AnsweredRequest[] = [];

  beforeAll(async () => {
    const logger = createLogger('debug', { write: (line) => void lines.push(line) });
    const platform = {
      logger,
      config: {
        project: { projectId, environment: 'test', name: 'Test' },
        secretHashes: [createHash('sha256').update(secret).digest('hex')],
        publicUrl: 'https://auth.example',
        rbac: builtInPolicy,
      },
      requester: transport,
      clock: systemClock,
      log: new InMemoryEventLog(),
      keyring: new Keyring(Buffer.alloc(32, 7)),
    } as unknown as Platform;
    const module = { module: PlantedModule, imports: [HttpKitModule.register(platform)] };
    application = await createServiceApplication(module, {
      environment: 'test',
      transport: transport.server(),
      logger: nestLogger(logger),
      observer: { service: 'planted', onAnswered: (request) => void answered.push(request) },
    });
  });

  afterAll(() => application.close());

  const call = (
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    url: string,
    options: { headers?: object; body?: unknown } = {},
  ) =>
    application.inject({
      method,
      url,
      headers: { authorization, ...options.headers },
      ...(options.body === undefined ? {} : { payload: options.body as object }),
    });

  it('an answer carries its request id and status, and is not cached', async () => {
    const response = await call('GET', '/v1/b2b/rbac/policy');
    expect(response.json()).toEqual({
      actor: `project:${projectId}`,
      request_id: expect.stringMatching(/^request-id-test-/),
      status_code: 200,
    });
    expect(response.headers).toMatchObject({
      'cache-control': 'no-store',
      'x-request-id': response.json().request_id,
    });
  });

  it('R53: a POST answers 200 with the furthest position it reached', async () => {
    const response = await call('POST', '/v1/b2b/organizations', { body: { name: 'x' } });
    expect([response.statusCode, response.headers['muster-position']]).toEqual([200, '41']);
  });

  it('R53: a position nobody reached is 503 with Retry-After, never a stale answer', async () => {
    const response = await call('GET', '/v1/b2b/rbac/policy', { headers: { 'muster-min-position': '99' } });
    expect([response.statusCode, response.json().error_type, response.headers['retry-after']]).toEqual([
      503,
      'position_not_reached',
      '1',
    ]);
  });

  it('null means absent, and a field no SDK knows is ignored and named', async () => {
    const response = await call('POST', '/v1/b2b/organizations', {
      body: { name: 'x', nickname: null, odd: 1 },
    });
    expect(response.json()).toMatchObject({ name: 'x', nickname: 'absent' });
    expect(response.headers['muster-ignored-fields']).toBe('odd');
  });

  it('our own endpoints refuse unknown fields, with a pointer', async () => {
    const response = await call('PUT', `/v1/b2b/organizations/${own}/jit_rules`, {
      body: { name: 'x', odd: 1 },
    });
    expect(response.statusCode).toBe(400);
    expect(response.json().errors).toEqual([{ pointer: '/odd', message: 'property odd should not exist' }]);
  });

  it('a field of the wrong type is 400 bad_request with its pointer', async () => {
    const response = await call('POST', '/v1/b2b/organizations', { body: { name: { $ne: null } } });
    expect(response.json()).toMatchObject({
      error_type: 'bad_request',
      errors: [{ pointer: '/name', message: 'name must be a string' }],
    });
  });

  it.each([
    '[]',
    '"text"',
    '{"name":',
    '{"__proto__":{"admin":true},"name":"x"}',
    '{"name":{"constructor":"x"}}',
  ])('attack: the body %s is refused without a stack', async (payload) => {
    const response = await application.inject({
      method: 'POST',
      url: '/v1/b2b/organizations',
      headers: { authorization, 'content-type': 'application/json' },
      payload,
    });
    expect([response.statusCode, response.json().error_type]).toEqual([400, 'bad_request']);
  });

  it('a DELETE that announces JSON and sends nothing is taken, as SDKs send it', async () => {
    const response = await call('DELETE', `/v1/b2b/organizations/${own}`, {
      headers: { 'content-type': 'application/json' },
    });
    expect(response.statusCode).toBe(200);
  });

  it('an error is the wire form and RFC 9457 in one, with reasons, without inner details', async () => {
    const response = await call('GET', `/v1/b2b/organizations/${own}/metrics`);
    expect(response.json()).toEqual({
      status_code: 403,
      request_id: expect.any(String),
      error_type: 'admission_refused',
      error_message: 'The organization does not admit this person.',
      error_url: 'https://auth.example/docs/errors#admission_refused',
      type: 'https://auth.example/docs/errors#admission_refused',
      title: 'The organization does not admit this person.',
      status: 403,
      detail: 'The organization does not admit this person.',
      instance: expect.any(String),
      reasons: [{ code: 'no_rule', message: 'No rule matches.', details: {} }],
    });
  });

  it('attack: an unexpected error shows nothing of itself', async () => {
    const response = await call('GET', '/v1/b2b/sessions');
    expect([response.statusCode, response.json().error_type]).toEqual([500, 'internal_server_error']);
    expect(response.body).not.toContain('contractor');
  });

  it('a dependency that is down is 503 with Retry-After', async () => {
    const response = await call('GET', `/v1/b2b/organizations/${own}/member`);
    expect([response.statusCode, response.headers['retry-after']]).toEqual([503, '1']);
  });

  describe('access', () => {
    it('attack: a handler without a row in the route table is refused, even with the secret', async () => {
      const response = await call('GET', '/v1/b2b/projects-without-a-row');
      expect([response.statusCode, response.json().error_type]).toEqual([404, 'route_not_found']);
    });

    it.each([
      ['no credentials', undefined],
      ['a wrong secret', basic(projectId, 'wrong')],
      ['the secret of another project', basic('project-test-0193a5e0-0000-7000-8000-000000000009', secret)],
      ['an empty secret', basic(projectId, '')],
      ['another scheme', `Bearer ${secret}`],
    ])('attack: %s is 401', async (_, value) => {
      const response = await application.inject({
        method: 'GET',
        url: '/v1/b2b/rbac/policy',
        headers: value === undefined ? {} : { authorization: value },
      });
      expect([response.statusCode, response.json().error_type, response.headers['www-authenticate']]).toEqual(
        [401, 'unauthorized_credentials', 'Basic realm="muster"'],
      );
    });

    it.each([
      '/v1/b2b/rbac/%70olicy',
      '//v1/b2b/rbac/policy',
      '/v1/b2b/rbac/policy;x',
      '/v1/b2b/rbac/policy/',
      '/V1/b2b/rbac/policy',
    ])('attack: the path trick %s never reaches a handler without credentials', async (url) => {
      const response = await application.inject({ method: 'GET', url });
      expect([401, 404]).toContain(response.statusCode);
    });

    it('a member does what their roles allow in their own organization', async () => {
      const response = await call('DELETE', `/v1/b2b/organizations/${own}`, {
        headers: { 'x-stytch-member-session': 'admin' },
      });
      expect(response.json().actor).toBe('member:member-1');
    });

    it.each([
      ['without the permission', own, 'member', 403, 'session_authorization_error'],
      ['on another organization', foreign, 'admin', 403, 'session_authorization_tenancy_error'],
      ['with a session that is not', own, 'forged', 404, 'session_not_found'],
    ])('attack: a member %s is refused', async (_, organization, token, status, type) => {
      const response = await call('DELETE', `/v1/b2b/organizations/${organization}`, {
        headers: { 'x-stytch-member-session': token },
      });
      expect([response.statusCode, response.json().error_type]).toEqual([status, type]);
    });

    it("attack: a member session on a call that does not take one does not run with the backend's power", async () => {
      const response = await call('GET', '/v1/b2b/rbac/policy', {
        headers: { 'x-stytch-member-session': 'admin' },
      });
      expect(response.json().error_type).toBe('member_session_not_supported');
    });
  });

  describe('what operators learn of a request', () => {
    beforeEach(() => {
      lines.length = 0;
      answered.length = 0;
    });
    const told = () => lines.map((line) => JSON.parse(line) as Record<string, unknown>);

    it('is its route template, never its path: no id becomes a label', async () => {
      await call('GET', `/v1/b2b/organizations/${own}/metrics`);
      await application.inject({ method: 'GET', url: '/ada@acme.example/secret' });
      expect(answered).toEqual([
        {
          service: 'planted',
          method: 'GET',
          route: '/v1/b2b/organizations/:organization_id/metrics',
          status: 403,
          seconds: expect.any(Number),
          errorType: 'admission_refused',
        },
        expect.objectContaining({ route: 'unmatched', status: 404, errorType: 'route_not_found' }),
      ]);
      expect(answered[0]!.seconds).toBeLessThan(30);
    });

    it('is one line where it was refused, with the ids that callers quote and nothing they sent', async () => {
      const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
      const response = await call('GET', `/v1/b2b/organizations/${own}/metrics`, {
        headers: { traceparent },
      });
      const { request_id } = response.json();
      expect(told()).toEqual([
        {
          level: 30,
          time: expect.any(Number),
          request_id,
          correlation_id: request_id,
          trace_id: '0af7651916cd43dd8448eb211c80319c',
          error_type: 'admission_refused',
          method: 'GET',
          route: '/v1/b2b/organizations/:organization_id/metrics',
          status: 403,
          msg: 'refused',
        },
      ]);
    });

    it('attack: the words of an unexpected error, which may quote anybody, are not in the log', async () => {
      await call('GET', '/v1/b2b/sessions');
      expect(told()).toEqual([
        expect.objectContaining({ level: 50, error_type: 'internal_server_error', msg: 'failed' }),
      ]);
      expect(told()[0]!['err']).toEqual({
        type: 'Error',
        stack: expect.arrayContaining([expect.stringContaining('PlantedController.fail')]),
      });
      expect(lines.join('')).not.toContain('carol');
    });

    it('I19: names the dependency that did not answer', async () => {
      await call('GET', `/v1/b2b/organizations/${own}/member`);
      expect(told()).toEqual([expect.objectContaining({ level: 40, dependency: 'event log', status: 503 })]);
    });

    it('is nothing where all is well', async () => {
      await call('GET', '/v1/b2b/rbac/policy');
      expect(lines).toEqual([]);
    });
  });

  describe('questions between services', () => {
    it('a broken rule there is the same broken rule here', async () => {
      await expect(transport.ask(sessionRequests.resolve, { sessionToken: 'x' }, context)).rejects.toEqual(
        new DomainError('session_not_found'),
      );
    });

    it('any other failure there is "not available" here, without its detail', async () => {
      const asked = transport.ask(
        organizationRequests.discover,
        { address: 'a', includeEligible: false },
        context,
      );
      await expect(asked).rejects.toEqual(new UnavailableError('organization'));
    });

    it('a service that does not answer is not available', async () => {
      const asked = transport.ask(
        organizationRequests.describe,
        { organizationId: own, memberId: 'm' },
        context,
      );
      await expect(asked).rejects.toEqual(new UnavailableError('organization'));
    });
  });
});
