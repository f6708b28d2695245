import { createHash } from 'node:crypto';
import { builtInPolicy, type MemberCaller, sessionRequests } from '@muster/contracts';
import { AppendOutcomeUnknown, CommitIdReused, InMemoryEventLog } from '@muster/eventsourcing';
import { DomainError, type Instant, plusSeconds, UnavailableError } from '@muster/kernel';
import { Body, Controller, Module, Param, Post, Put } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { IsOptional, IsString } from 'class-validator';
import type { AnswerStore } from '../idempotency/answer-store.ts';
import { InMemoryAnswerStore } from '../idempotency/in-memory.answer-store.ts';
import { Keyring } from '../keyring.ts';
import { createLogger } from '../logging.ts';
import type { Platform } from '../platform.ts';
import { reachedPosition } from '../request-scope.ts';
import { Answers } from '../requests/answers.ts';
import { InProcessTransport } from '../requests/in-process.transport.ts';
import { wireBody } from './body.pipe.ts';
import { Caller, type CallerContext } from './caller.ts';
import { HttpKitModule } from './http-kit.module.ts';
import { createServiceApplication } from './service-application.ts';

const projectId = 'project-test-0193a5e0-0000-7000-8000-000000000001';
const own = 'organization-test-0193a5e0-0000-7000-8000-00000000000a';
const foreign = 'organization-test-0193a5e0-0000-7000-8000-00000000000b';
const authorization = `Basic ${Buffer.from(`${projectId}:secret`).toString('base64')}`;

class WorkBody {
  @IsOptional()
  @IsString()
  name?: string;

  @IsOptional()
  @IsString()
  fail?: string;
}

/** What the handlers did, and what they wait for. */
const did: { commandId: string; name: string | undefined }[] = [];
let gate: Promise<void> = Promise.resolve();
/** Holds up what comes from here on, until the gate is opened again. */
const closeGate = (): (() => void) => {
  let open = () => {};
  gate = new Promise((resolve) => (open = resolve));
  return open;
};

const failures: Readonly<Record<string, () => Error>> = {
  refused: () => new DomainError('duplicate_member_email'),
  proof: () => new DomainError('unable_to_auth_magic_link'),
  rights: () => new DomainError('session_authorization_error'),
  tenancy: () => new DomainError('session_authorization_tenancy_error'),
  conflict: () => new DomainError('conflict'),
  often: () => new DomainError('too_many_requests'),
  down: () => new UnavailableError('event log'),
  unknown: () => new AppendOutcomeUnknown('commit'),
  bug: () => new Error('a bug'),
  reused: () => new CommitIdReused('commit'),
};

const work = async (caller: CallerContext, { name, fail }: WorkBody) => {
  const { commandId } = caller.command('Work', {});
  did.push({ commandId, name });
  await gate;
  if (fail) throw failures[fail]!();
  reachedPosition(41);
  return { name, session_token: 'a-token-that-opens-doors', count: did.length };
};

@Controller('v1/b2b')
class PlantedController {
  @Post('organizations')
  create(@Caller() caller: CallerContext, @Body(wireBody(WorkBody)) body: WorkBody) {
    return work(caller, body);
  }

  @Post('organizations/search')
  search(@Caller() caller: CallerContext, @Body(wireBody(WorkBody)) body: WorkBody) {
    return work(caller, body);
  }

  @Post('organizations/:organization_id/members')
  member(
    @Caller() caller: CallerContext,
    @Param('organization_id') _: string,
    @Body(wireBody(WorkBody)) body: WorkBody,
  ) {
    return work(caller, body);
  }

  @Post('sessions/authenticate')
  authenticate(@Caller() caller: CallerContext, @Body(wireBody(WorkBody)) body: WorkBody) {
    return work(caller, body);
  }

  @Put('organizations/:organization_id/jit_rules')
  replace(@Caller() caller: CallerContext, @Body(wireBody(WorkBody)) body: WorkBody) {
    return work(caller, body);
  }
}

@Controller()
class PlantedResponder {
  /** The session token says who: `<organization> <member>`. */
  @Answers(sessionRequests.resolve)
  resolve({ sessionToken = '' }: { sessionToken?: string }): Promise<MemberCaller> {
    const [organizationId = '', memberId = ''] = sessionToken.split(' ');
    const roles = ['stytch_member', 'stytch_admin'];
    return Promise.resolve({ organizationId, memberId, memberSessionId: 'session-1', roles });
  }
}

@Module({ controllers: [PlantedController, PlantedResponder] })
class PlantedModule {}

let now: Instant = '2026-11-23T09:00:00.000Z';
const keyring = new Keyring(Buffer.alloc(32, 7));
const applications: NestFastifyApplication[] = [];

/** A process: several may share a store. */
const start = async (answers: AnswerStore): Promise<NestFastifyApplication> => {
  const transport = new InProcessTransport();
  const platform = {
    config: {
      project: { projectId, environment: 'test', name: 'Test' },
      secretHashes: [createHash('sha256').update('secret').digest('hex')],
      publicUrl: 'https://auth.example',
      rbac: builtInPolicy,
    },
    requester: transport,
    clock: () => now,
    log: new InMemoryEventLog(),
    answers,
    keyring,
    logger: createLogger('silent'),
  } as unknown as Platform;
  const application = await createServiceApplication(
    { module: PlantedModule, imports: [HttpKitModule.register(platform)] },
    { environment: 'test', transport: transport.server(), logger: false },
  );
  applications.push(application);
  return application;
};

let store: InMemoryAnswerStore;
let application: NestFastifyApplication;
beforeEach(async () => {
  store = new InMemoryAnswerStore();
  did.length = 0;
  gate = Promise.resolve();
  now = '2026-11-23T09:00:00.000Z';
  application = await start(store);
});
afterEach(async () => {
  await Promise.all(applications.splice(0).map((one) => one.close()));
});

type Options = {
  readonly key?: string;
  readonly as?: string;
  readonly method?: 'POST' | 'PUT';
  readonly by?: NestFastifyApplication;
};
const post = async (path: string, body: object | string, { key, as, method = 'POST', by }: Options = {}) => {
  const response = await (by ?? application).inject({
    method,
    url: `/v1/b2b/${path}`,
    headers: {
      authorization,
      'content-type': 'application/json',
      ...(key === undefined ? {} : { 'idempotency-key': key }),
      ...(as === undefined ? {} : { 'x-stytch-member-session': as }),
    },
    payload: body,
  });
  const { statusCode: status, headers, body: text } = response;
  return { status, headers, text, type: response.json().error_type as string | undefined };
};
const create = (body: object | string, options?: Options) => post('organizations', body, options);

describe('a request with an Idempotency-Key', () => {
  it('is answered again as it was: status, body, position, and marked', async () => {
    const first = await create({ name: 'x', odd: 1 }, { key: 'k' });
    const again = await create({ name: 'x', odd: 1 }, { key: 'k' });
    expect(again.text).toBe(first.text);
    expect([again.status, did.length]).toEqual([200, 1]);
    expect(again.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      'muster-position': '41',
      'muster-ignored-fields': 'odd',
      'idempotency-replayed': 'true',
    });
    expect(first.headers).not.toHaveProperty('idempotency-replayed');
    expect(again.headers['x-request-id']).not.toBe(first.headers['x-request-id']);
  });

  it('is the same request in another spelling: white space, order of fields, quoted key', async () => {
    await create('{"name":"x","odd":1}', { key: 'k' });
    const again = await create('{ "odd": 1.0, "name": "\\u0078" }', { key: '"k"' });
    expect([again.status, again.headers['idempotency-replayed'], did.length]).toEqual([200, 'true', 1]);
  });

  it('without the header, every request is one of its own', async () => {
    await create({ name: 'x' });
    const again = await create({ name: 'x' });
    expect([again.headers['idempotency-replayed'], did.length]).toEqual([undefined, 2]);
  });

  it.each<[string, string, object, Options]>([
    ['another body', 'organizations', { name: 'y' }, {}],
    ['no body', 'organizations', {}, {}],
    ['a field more', 'organizations', { name: 'x', odd: 1 }, {}],
    ['another route', 'organizations/search', { name: 'x' }, {}],
    ['another path', `organizations/${own}/members`, { name: 'x' }, {}],
    ['a query', 'organizations?a=1', { name: 'x' }, {}],
  ])('with %s is 422', async (_, path, body, options) => {
    await create({ name: 'x' }, { key: 'k' });
    const other = await post(path, body, { key: 'k', ...options });
    expect([other.status, other.type, did.length]).toEqual([422, 'idempotency_key_reused', 1]);
  });

  it.each([
    ['an escaped path', `organizations/%6frganization${own.slice(12)}/members`],
    ['an escaped letter of the route', `organization%73/${own}/members`],
  ])('attack: %s is the same request, not a new one', async (_, path) => {
    await post(`organizations/${own}/members`, { name: 'x' }, { key: 'k' });
    const again = await post(path, { name: 'x' }, { key: 'k' });
    expect([again.headers['idempotency-replayed'], did.length]).toEqual(['true', 1]);
  });

  it('S57: is independent of the same request with another key', async () => {
    await create({ name: 'x' }, { key: 'k' });
    const other = await create({ name: 'x' }, { key: 'l' });
    expect([other.status, other.headers['idempotency-replayed'], did.length]).toEqual([200, undefined, 2]);
  });

  it('S57: is forgotten after 24 hours, and then a new request', async () => {
    await create({ name: 'x' }, { key: 'k' });
    now = '2026-11-24T08:59:59.999Z';
    expect((await create({ name: 'x' }, { key: 'k' })).headers['idempotency-replayed']).toBe('true');
    now = '2026-11-24T09:00:00.000Z';
    const fresh = await create({ name: 'y' }, { key: 'k' });
    expect([fresh.status, fresh.headers['idempotency-replayed'], did.length]).toEqual([200, undefined, 2]);
  });

  it.each([
    ['empty', ''],
    ['of 256 characters', 'x'.repeat(256)],
    ['with a control character', 'a\u0001b'],
    ['beside a second one', 'a, b'],
  ])('is 400 where the key is %s', async (_, key) => {
    const response = await create({ name: 'x' }, { key });
    expect([response.status, response.type, did.length]).toEqual([400, 'bad_request', 0]);
    expect(JSON.parse(response.text).pointer).toBe('Idempotency-Key');
  });

  it('is not begun while the position it demands is not reached', async () => {
    const headers = { authorization, 'idempotency-key': 'k', 'muster-min-position': 'x' };
    const url = '/v1/b2b/organizations';
    const early = await application.inject({ method: 'POST', url, headers, payload: { name: 'x' } });
    expect([early.statusCode, early.json().pointer]).toEqual([400, 'Muster-Min-Position']);
    expect((await create({ name: 'x' }, { key: 'k' })).status).toBe(200);
  });

  it('is an ordinary request by another method: PUT is idempotent as it is', async () => {
    const path = `organizations/${own}/jit_rules`;
    await post(path, { name: 'x' }, { key: 'k', method: 'PUT' });
    const other = await post(path, { name: 'y' }, { key: 'k', method: 'PUT' });
    expect([other.status, did.length]).toEqual([200, 2]);
  });

  it('attack: a body nested too deeply to compare is 400', async () => {
    const payload = `{"odd":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    const response = await create(payload, { key: 'k' });
    expect([response.status, response.type]).toEqual([400, 'bad_request']);
  });
});

describe('which answers are kept', () => {
  it.each([
    ['a broken rule', { fail: 'refused' }, 400],
    ['a proof that is not good', { fail: 'proof' }, 401],
    ['a body that is not valid', { name: 7 }, 400],
  ])('%s', async (_, body, status) => {
    const first = await create(body, { key: 'k' });
    const again = await create(body, { key: 'k' });
    expect(first.status).toBe(status);
    expect([again.status, again.text, again.headers['idempotency-replayed']]).toEqual([
      status,
      first.text,
      'true',
    ]);
    expect((await create({ name: 'x' }, { key: 'k' })).status).toBe(422);
  });

  it.each([
    ['want of rights, which may change', 'rights', 403],
    ['another organization', 'tenancy', 403],
    ['somebody was faster', 'conflict', 409],
    ['too many', 'often', 429],
    ['a dependency that is down', 'down', 503],
    ['a write of which nobody knows whether it was done (E8)', 'unknown', 503],
    ['a bug', 'bug', 500],
  ])('not: %s; the same request is made anew, as the same command', async (_, fail, status) => {
    for (let n = 1; n <= 2; n++) {
      const response = await create({ fail }, { key: 'k' });
      expect([response.status, response.headers['idempotency-replayed'], did.length]).toEqual([
        status,
        undefined,
        n,
      ]);
    }
    expect(did[0]!.commandId).toBe(did[1]!.commandId);
    expect((await create({ name: 'x' }, { key: 'k' })).status).toBe(422);
  });

  it('not: that the log knows the key with another request; it stays that request’s', async () => {
    const other = await create({ fail: 'reused' }, { key: 'k' });
    expect([other.status, other.type]).toEqual([422, 'idempotency_key_reused']);
    expect((await create({ name: 'x' }, { key: 'k' })).status).toBe(200);
  });

  it('I7: not where the answer is how things stand now; the key still stands for one request', async () => {
    await post('sessions/authenticate', { name: 'x' }, { key: 'k' });
    const again = await post('sessions/authenticate', { name: 'x' }, { key: 'k' });
    expect([again.status, again.headers['idempotency-replayed'], did.length]).toEqual([200, undefined, 2]);
    expect(did[0]!.commandId).toBe(did[1]!.commandId);
    expect((await post('sessions/authenticate', { name: 'y' }, { key: 'k' })).status).toBe(422);
  });
});

describe('requests that meet', () => {
  it('S57: fifty at once with one key are executed once; the others are told to come back', async () => {
    const open = closeGate();
    let answered = 0;
    const sent = Array.from({ length: 50 }, async () => {
      const response = await create({ name: 'x' }, { key: 'k' });
      answered += 1;
      return response;
    });
    while (answered < 49) await new Promise(setImmediate);
    const busy = await Promise.race(sent);
    expect([busy.status, busy.type, busy.headers['retry-after']]).toEqual([
      409,
      'idempotency_key_in_flight',
      '1',
    ]);
    open();
    const statuses = (await Promise.all(sent)).map(({ status }) => status).toSorted((a, b) => a - b);
    expect(statuses).toEqual([200, ...Array<number>(49).fill(409)]);
    expect(did).toHaveLength(1);
    expect((await create({ name: 'x' }, { key: 'k' })).headers['idempotency-replayed']).toBe('true');
  });

  it('another request with a key that is in flight is 422, not 409', async () => {
    const open = closeGate();
    const first = create({ name: 'x' }, { key: 'k' });
    while (did.length === 0) await new Promise(setImmediate);
    expect((await create({ name: 'y' }, { key: 'k' })).status).toBe(422);
    open();
    expect((await first).status).toBe(200);
  });

  it('E5: a process that died between execution and storing blocks the key for seconds, and the repeat is the same command', async () => {
    const dying = await start(withoutKeeping(store));
    expect((await create({ name: 'x' }, { key: 'k', by: dying })).status).toBe(200);
    now = plusSeconds(now, 9);
    expect((await create({ name: 'x' }, { key: 'k' })).status).toBe(409);
    now = plusSeconds(now, 1);
    expect((await create({ name: 'x' }, { key: 'k' })).status).toBe(200);
    expect(did.map(({ commandId }) => commandId)).toEqual([did[0]!.commandId, did[0]!.commandId]);
    expect((await create({ name: 'x' }, { key: 'k' })).headers['idempotency-replayed']).toBe('true');
  });

  it('I19: a store that does not answer costs no request; a repeat is the same command', async () => {
    const alone = await start(unavailable);
    for (const _ of [1, 2]) expect((await create({ name: 'x' }, { key: 'k', by: alone })).status).toBe(200);
    expect(did.map(({ commandId }) => commandId)).toEqual([did[0]!.commandId, did[0]!.commandId]);
  });
});

describe('attacks on kept answers', () => {
  const ada = `${own} member-ada`;

  it.each([
    ['a member', undefined, ada],
    ['the backend', ada, undefined],
    ['another member', ada, `${own} member-bob`],
  ])('attack: %s does not get the answer of another caller by their key', async (_, first, second) => {
    const path = `organizations/${own}/members`;
    await post(path, { name: 'x' }, { key: 'k', ...(first ? { as: first } : {}) });
    const probe = await post(path, { name: 'x' }, { key: 'k', ...(second ? { as: second } : {}) });
    expect([probe.headers['idempotency-replayed'], did.length]).toEqual([undefined, 2]);
    expect(did[0]!.commandId).not.toBe(did[1]!.commandId);
  });

  it('attack: a session of another organization never sees the answer, nor that there is one', async () => {
    const path = `organizations/${own}/members`;
    await post(path, { name: 'x' }, { key: 'k', as: ada });
    const probes = [
      await post(path, { name: 'x' }, { key: 'k', as: `${foreign} member-ada` }),
      await post(path, { name: 'y' }, { key: 'k', as: `${foreign} member-ada` }),
      await post(path, { name: 'x' }, { key: 'unused', as: `${foreign} member-ada` }),
    ];
    expect(probes.map(({ status, type }) => [status, type])).toEqual(
      probes.map(() => [403, 'session_authorization_tenancy_error']),
    );
  });

  it('attack: without the secret nobody learns that a key was used', async () => {
    await create({ name: 'x' }, { key: 'k' });
    const response = await application.inject({
      method: 'POST',
      url: '/v1/b2b/organizations',
      headers: { 'idempotency-key': 'k' },
      payload: { name: 'x' },
    });
    expect([response.statusCode, response.json().error_type]).toEqual([401, 'unauthorized_credentials']);
  });

  it.each(['../../other', `project\u00a0${own}`.slice(0, 7), 'project', `${own}/member-ada`, 'a/b\\0c'])(
    'attack: the key %j names no other caller’s',
    async (key) => {
      await post(`organizations/${own}/members`, { name: 'x' }, { key, as: ada });
      await post(`organizations/${own}/members`, { name: 'x' }, { key });
      expect(did).toHaveLength(2);
    },
  );

  it('I20: neither key, request nor answer is at rest in clear, nor opens with the master key alone', async () => {
    const seen: string[] = [];
    const spied = await start(spying(store, seen));
    const key = 'the-clients-own-key';
    await create({ name: 'Carol of Contractor' }, { key, by: spied });
    const atRest = seen.join('\n');
    expect(atRest).not.toBe('');
    for (const text of [
      key,
      'Carol',
      'a-token-that-opens-doors',
      'session_token',
      'organizations',
      projectId,
    ])
      expect(atRest).not.toContain(text);
    const [other, real] = ['another-key', key].map((text) =>
      keyring.repeatKeys(`${projectId}/project`, text),
    );
    expect(atRest).toContain(real!.name);
    expect(other!.name).not.toBe(real!.name);
  });

  it('attack: an answer that was swapped at rest is not sent', async () => {
    const answers = new Map<string, Uint8Array>();
    const swapping: AnswerStore = {
      ...bound(store),
      keep: async (attempt, answer) => {
        answers.set(attempt.name, answer);
        await store.keep(attempt, [...answers.values()][0]!);
      },
    };
    const robbed = await start(swapping);
    await create({ name: 'mine' }, { key: 'k1', by: robbed });
    await create({ name: 'yours' }, { key: 'k2', by: robbed });
    const again = await create({ name: 'yours' }, { key: 'k2', by: robbed });
    expect([again.status, JSON.parse(again.text).name]).toEqual([200, 'yours']);
    expect(again.headers).not.toHaveProperty('idempotency-replayed');
  });
});

const bound = (inner: AnswerStore): AnswerStore => ({
  begin: (attempt) => inner.begin(attempt),
  keep: (attempt, answer) => inner.keep(attempt, answer),
  release: (attempt) => inner.release(attempt),
  forget: (attempt) => inner.forget(attempt),
  purge: (at, limit) => inner.purge(at, limit),
  close: () => inner.close(),
});
const withoutKeeping = (inner: AnswerStore): AnswerStore => ({ ...bound(inner), keep: async () => {} });
const spying = (inner: AnswerStore, seen: string[]): AnswerStore => ({
  ...bound(inner),
  begin: (attempt) => {
    seen.push(JSON.stringify(attempt));
    return inner.begin(attempt);
  },
  keep: (attempt, answer) => {
    seen.push(Buffer.from(answer).toString('latin1'));
    return inner.keep(attempt, answer);
  },
});
const refuse = () => Promise.reject(new UnavailableError('answer store'));
const unavailable: AnswerStore = {
  begin: refuse,
  keep: refuse,
  release: refuse,
  forget: refuse,
  purge: refuse,
  close: async () => {},
};
