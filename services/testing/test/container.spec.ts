import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Muster as MusterProcess, startMuster as startProcess } from '@muster/testkit';
import type { StartedTestContainer } from 'testcontainers';
import { MusterContainer, StartedMusterContainer } from '../src/container.ts';
import { testProject } from '../src/project.ts';
import { clientOf } from './client.ts';

/** What testcontainers would ask the engine for; its own fields, which it offers to who extends it. */
class Planned extends MusterContainer {
  get plan() {
    return {
      image: this.imageName.string,
      environment: this.environment,
      ports: this.exposedPorts,
      copied: this.filesToCopy.map(({ source, target }) => ({ source, target })),
    };
  }
}

describe('the container', () => {
  it('is one server in memory under the control of tests, on the port it exposes', () => {
    expect(new Planned().plan).toEqual({
      image: 'muster:local',
      environment: {
        HOST: '0.0.0.0',
        PORT: '4100',
        MUSTER_DATA_DIR: '/tmp/muster',
        MUSTER_MODE: 'development',
        MUSTER_TEST_CONTROL: 'true',
        MUSTER_PROJECT_ID: 'project-test-00000000-0000-4000-8000-000000000001',
        MUSTER_SECRET: 'secret-test-of-everybody-who-tests',
        MUSTER_ISSUER: 'stytch.com/project-test-00000000-0000-4000-8000-000000000001',
        MUSTER_SEED: 'none',
      },
      ports: [4100],
      copied: [],
    });
  });

  it('takes another image, project, seed file and redirect URLs', () => {
    const project = {
      projectId: 'project-test-00000000-0000-4000-8000-000000000002',
      secret: 'secret-test-of-the-other-project',
    };
    const planned = new Planned('registry.example/muster:1')
      .withProject(project)
      .withSeed('/tests/seed.json')
      .withRedirectUrls('https://app.example/login');
    expect(planned.plan).toMatchObject({
      image: 'registry.example/muster:1',
      environment: {
        MUSTER_PROJECT_ID: project.projectId,
        MUSTER_SECRET: project.secret,
        MUSTER_ISSUER: `stytch.com/${project.projectId}`,
        MUSTER_SEED: '/tmp/muster-seed.json',
        MUSTER_REDIRECT_URLS: 'https://app.example/login',
      },
      copied: [{ source: '/tests/seed.json', target: '/tmp/muster-seed.json' }],
    });
  });
});

/** A container as far as the wrapper looks at it, in whose place a process with the container's environment runs. */
const containerOf = ({ url }: Pick<MusterProcess, 'url'>): StartedTestContainer =>
  ({
    getHost: () => new URL(url).hostname,
    getMappedPort: (port: number) => (port === 4100 ? Number(new URL(url).port) : -1),
  }) as StartedTestContainer;

describe('a started container, with a real process in its place', () => {
  let scratch: string;
  let server: MusterProcess;
  let muster: StartedMusterContainer;
  beforeAll(async () => {
    scratch = mkdtempSync(join(tmpdir(), 'muster-container-'));
    const seedFile = join(scratch, 'seed.json');
    const create = { organization_name: 'Acme', organization_slug: 'acme' };
    writeFileSync(seedFile, JSON.stringify({ organizations: [{ create }] }));
    // The host's port and directories are not the container's.
    const { PORT: _, HOST: __, MUSTER_DATA_DIR: ___, ...environment } = new Planned().plan.environment;
    const ownClock = { MUSTER_TEST_CLOCK_FILE: '' };
    server = await startProcess({
      profile: 'standalone',
      seed: seedFile,
      env: { ...environment, ...ownClock },
    });
    muster = new StartedMusterContainer(containerOf(server), testProject);
  }, 90_000);
  afterAll(async () => {
    await server?.stop();
    rmSync(scratch, { recursive: true, force: true });
  });

  it('serves the unmodified SDK, and goes back to its seed', async () => {
    const client = clientOf(muster.sdkConfig());
    const make = () => client.organizations.create({ organization_name: 'B', organization_slug: 'beta' });
    await make();
    await expect(make()).rejects.toMatchObject({ status_code: 400 });
    await muster.reset();
    await expect(make()).resolves.toMatchObject({ status_code: 200 });
    expect((await client.organizations.get({ organization_id: 'acme' })).organization.organization_name).toBe(
      'Acme',
    );
  }, 60_000);

  it('catches mail, settles and moves its clock', async () => {
    const client = clientOf(muster.sdkConfig());
    await client.otps.email.discovery.send({ email_address: 'ada@acme.example' });
    expect(await muster.settled()).toBeGreaterThan(0);
    expect(await muster.mailbox.messages('ada@acme.example')).toHaveLength(1);
    const code = await muster.mailbox.waitForCode('ada@acme.example');
    await muster.clock.advance({ minutes: 11 });
    await expect(
      client.otps.email.discovery.authenticate({ email_address: 'ada@acme.example', code }),
    ).rejects.toMatchObject({ status_code: expect.any(Number) });
    expect((await muster.clock.now()).getTime()).toBeGreaterThan(Date.now() + 600_000);
  }, 60_000);

  it('is not to be reset by whoever has not the secret', async () => {
    const client = clientOf(muster.sdkConfig());
    await client.organizations.create({ organization_name: 'Kept', organization_slug: 'kept' });
    const basic = `Basic ${Buffer.from(`${muster.projectId}:another-secret-of-nobody`).toString('base64')}`;
    for (const headers of [{}, { authorization: basic }]) {
      const { status } = await fetch(`${muster.url}/dev/test/reset`, { method: 'POST', headers });
      expect(status).toBe(401);
    }
    await expect(client.organizations.get({ organization_id: 'kept' })).resolves.toBeDefined();
  }, 60_000);
});

describe('a server without test control', () => {
  it('has no such routes, not for its own secret either', async () => {
    const server = await startProcess({ profile: 'standalone' });
    try {
      for (const path of ['/dev/test/reset', '/dev/test/settled', '/dev/test/clock'])
        expect((await server.wire().post(path, {})).status).toBe(404);
    } finally {
      await server.stop();
    }
  }, 90_000);
});
