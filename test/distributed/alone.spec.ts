import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serviceNames } from '@muster/contracts';
import { type AnyNats, describeWithNats, startNats, until } from '@muster/testkit';

const root = new URL('../..', import.meta.url).pathname;
const scratch = mkdtempSync(join(tmpdir(), 'muster-alone-'));
const NOBODY = 'nats://127.0.0.1:1';

type Alone = { url: string | undefined; readonly child: ChildProcess; errors: string };

/** `npm run start:<service>`, and nothing beside it. */
const start = (service: string, env: Readonly<Record<string, string>>): Alone => {
  const child = spawn(
    process.execPath,
    [
      '--conditions=@muster/source',
      '--import',
      join(root, 'tools/register.mjs'),
      'services/server/src/main.ts',
    ],
    {
      cwd: root,
      env: {
        PATH: process.env.PATH,
        PORT: '0',
        MUSTER_SERVICE: service,
        MUSTER_DATA_DIR: mkdtempSync(join(scratch, 'data-')),
        ...env,
      },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    },
  );
  const alone: Alone = { url: undefined, child, errors: '' };
  // It says where it listens, as soon as it serves.
  child.once('message', ({ url }: { readonly url: string }) => (alone.url = url));
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (alone.errors += text));
  process.once('exit', () => child.kill('SIGKILL'));
  return alone;
};

const readiness = (alone: Alone) =>
  until(
    'the service to be ready',
    async () => {
      const { url, child, errors } = alone;
      if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode}: ${errors}`);
      if (url === undefined) return undefined;
      const answer = await fetch(`${url}/readyz`).catch(() => undefined);
      return answer?.ok ? ((await answer.json()) as { status: string; degraded: string[] }) : undefined;
    },
    180_000,
  );

const ended = async ({ child }: Alone): Promise<number | null> => {
  if (child.exitCode !== null) return child.exitCode;
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
};

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describeWithNats('a service alone', 'any', () => {
  let nats: AnyNats;
  beforeAll(async () => {
    nats = await startNats();
  });
  afterAll(() => nats?.stop());

  it('starts, says whom it misses, serves, and ends with 0 within seconds of SIGTERM', async () => {
    const all = serviceNames.map((name) => start(name, { MUSTER_NATS_URL: nats.url }));
    const reports = await Promise.all(all.map(readiness));
    const owners = ['identity', 'organization', 'provisioning', 'session'];
    serviceNames.forEach((name, n) =>
      expect(reports[n]).toEqual({ status: 'degraded', degraded: owners.filter((owner) => owner !== name) }),
    );
    for (const { url } of all) {
      expect((await fetch(`${url}/healthz`)).status).toBe(200);
      expect((await fetch(`${url}/metrics`)).status).toBe(200);
    }
    for (const { child } of all) child.kill('SIGTERM');
    const began = performance.now();
    expect(await Promise.all(all.map(ended))).toEqual(serviceNames.map(() => 0));
    expect(performance.now() - began).toBeLessThan(30_000);
  }, 300_000);

  it('I19: starts and ends without NATS, too, and says so', async () => {
    const alone = start('session', { MUSTER_NATS_URL: NOBODY });
    expect((await readiness(alone)).degraded).toContain('nats');
    alone.child.kill('SIGTERM');
    expect(await ended(alone)).toBe(0);
  }, 240_000);
});

describe('a service that cannot start', () => {
  it.each([
    [
      'does not know how to find the others',
      {},
      'MUSTER_NATS_URL is required where MUSTER_SERVICE is organization',
    ],
    [
      'would acknowledge what is not durable enough (E7)',
      { MUSTER_NATS_URL: NOBODY, MUSTER_DURABILITY: 'quorum' },
      'MUSTER_DURABILITY is quorum: this event log acknowledges at fsync',
    ],
  ])(
    'because it %s says so, and ends with 2',
    async (_, env, words) => {
      const alone = start('organization', env);
      expect(await ended(alone)).toBe(2);
      expect(alone.errors).toContain(words);
      // One line for a person, no stack.
      expect(alone.errors).not.toContain('    at ');
    },
    240_000,
  );
});
