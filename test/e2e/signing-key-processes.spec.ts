import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteEventLog, SqliteKeyStore } from '@muster/event-log-sqlite';
import { InMemoryReadStore, ViewRegistry } from '@muster/eventsourcing';
import {
  configFrom,
  createLogger,
  createServiceApplication,
  InMemoryAnswerStore,
  InProcessTransport,
  Keyring,
  newIdIn,
  type Platform,
  readEnvironment,
  systemClock,
} from '@muster/nest-kit';
import { SessionModule } from '@muster/session';
import { until } from '@muster/testkit';

const projectId = 'project-test-0193a5e0-0000-7000-8000-000000000001';
const authorization = `Basic ${Buffer.from(`${projectId}:secret`).toString('base64')}`;
const config = configFrom(readEnvironment({}), {
  projectId,
  secretHashes: [createHash('sha256').update('secret').digest('hex')],
  listeningAt: 'http://127.0.0.1:4100',
});

/** The session service as one of several processes on the same files: nothing is shared but those. */
const startProcess = async (directory: string, keyring: Keyring) => {
  const log = await SqliteEventLog.open(join(directory, 'log.db'), { clock: systemClock });
  const keys = await SqliteKeyStore.open(join(directory, 'keys.db'), { masterKey: keyring.wrappingKey });
  const transport = new InProcessTransport();
  const platform: Platform = {
    config,
    log,
    keys,
    store: new InMemoryReadStore(),
    views: new ViewRegistry(),
    answers: new InMemoryAnswerStore(),
    requester: transport,
    clock: systemClock,
    newId: newIdIn('test'),
    keyring,
    logger: createLogger('silent'),
  };
  const application = await createServiceApplication(SessionModule.register(platform), {
    environment: 'test',
    transport: transport.server(),
    logger: false,
  });
  const call = async (method: 'GET' | 'POST', url: string, payload: object = {}) =>
    (
      await application.inject({
        method,
        url,
        headers: { authorization },
        ...(method === 'POST' ? { payload } : {}),
      })
    ).json();
  return {
    rotate: (body: object = {}) => call('POST', '/v1/signing_keys/rotate', body),
    states: async () =>
      ((await call('GET', '/v1/signing_keys')).signing_keys as { key_id: string; state: string }[]).map(
        ({ key_id, state }) => `${key_id} ${state}`,
      ),
    published: async () =>
      ((await call('GET', `/v1/b2b/sessions/jwks/${projectId}`)).keys as { kid: string }[]).map(
        ({ kid }) => kid,
      ),
    stop: async () => {
      await application.close();
      await Promise.all([log.close(), keys.close()]);
    },
  };
};

describe('several processes on one log', () => {
  const directory = mkdtempSync(join(tmpdir(), 'muster-keys-'));
  const keyring = new Keyring(randomBytes(32));
  let processes: Awaited<ReturnType<typeof startProcess>>[];
  beforeAll(async () => {
    processes = await Promise.all([1, 2, 3].map(() => startProcess(directory, keyring)));
  }, 60_000);
  afterAll(async () => {
    await Promise.all(processes.map(({ stop }) => stop()));
    rmSync(directory, { recursive: true, force: true });
  });

  /** What all of them say within a second. */
  const agreed = (what: 'states' | 'published') =>
    until(
      'the processes to agree',
      async () => {
        const said = await Promise.all(processes.map((process) => process[what]()));
        return new Set(said.map((one) => one.join())).size === 1 ? said[0]! : undefined;
      },
      1_000,
    );

  it('have one first key', async () => {
    expect(await agreed('published')).toHaveLength(1);
  });

  it('asked to rotate at once, make one rotation', async () => {
    await Promise.all(processes.map(({ rotate }) => rotate()));
    const states = await agreed('states');
    expect(states.map((text) => text.split(' ')[1])).toEqual(['signing', 'next']);
    expect(await agreed('published')).toHaveLength(2);
  });

  it('I7: none believes a compromised key a second later', async () => {
    const before = await agreed('published');
    await processes[0]!.rotate({ compromised: true });
    const after = await until(
      'the others to follow',
      async () => {
        const said = await agreed('published');
        return said.length === 1 ? said : undefined;
      },
      1_000,
    );
    expect(before).not.toContain(after[0]);
    const states = await agreed('states');
    expect(states.map((text) => text.split(' ')[1])).toEqual(['compromised', 'compromised', 'signing']);
  });
});
