import type { B2BClient } from 'stytch';
import { type InProcessMuster, startMuster, type StartOptions } from '../src/index.ts';
import { clientOf } from './client.ts';

const seed = {
  organizations: [
    {
      create: { organization_name: 'Acme', organization_slug: 'acme' },
      members: [{ state: 'active', create: { email_address: 'ada@acme.example', name: 'Ada' } }],
    },
  ],
};

describe('Muster in the process of a test', () => {
  let muster: InProcessMuster;
  let client: B2BClient;
  beforeAll(async () => {
    muster = await startMuster({ seed });
    client = clientOf(muster.sdkConfig());
  }, 60_000);
  afterAll(() => muster?.stop());
  beforeEach(() => muster.reset(), 60_000);

  const acme = async () => (await client.organizations.get({ organization_id: 'acme' })).organization;
  const logIn = async () => {
    const { organization_id } = await acme();
    await client.otps.email.loginOrSignup({ organization_id, email_address: 'ada@acme.example' });
    const code = await muster.mailbox.waitForCode('ada@acme.example');
    return client.otps.email.authenticate({ organization_id, email_address: 'ada@acme.example', code });
  };

  it('begins with its seed, for the unmodified SDK', async () => {
    expect(await acme()).toMatchObject({ organization_name: 'Acme' });
    const { members } = await client.organizations.members.search({ organization_ids: ['acme'] });
    expect(members.map(({ email_address }) => email_address)).toEqual(['ada@acme.example']);
  });

  it('logs a person in by a code from its mailbox, and tells who they are', async () => {
    const { session_token, session_jwt } = await logIn();
    const { member } = await client.sessions.authenticate({ session_token });
    expect(member.name).toBe('Ada');
    expect((await client.sessions.authenticateJwt({ session_jwt })).member_session.member_id).toBe(
      member.member_id,
    );
  });

  it('hands out the link of a mail with its token and what it is for', async () => {
    await client.magicLinks.email.discovery.send({ email_address: 'ada@acme.example' });
    const { token, type } = await muster.mailbox.waitForLink('ada@acme.example');
    expect(type).toBe('discovery');
    const found = await client.magicLinks.discovery.authenticate({ discovery_magic_links_token: token });
    expect(found.discovered_organizations.map(({ organization }) => organization?.organization_slug)).toEqual(
      ['acme'],
    );
  });

  it('waits for a mail once: the next wait is for the next mail', async () => {
    await logIn();
    await expect(muster.mailbox.waitFor('ada@acme.example', { milliseconds: 50 })).rejects.toThrow(
      /no new mail to ada@acme.example within 50 ms; all there is:\n {2}ada@acme.example: /,
    );
    await expect(logIn()).resolves.toMatchObject({ member_authenticated: true });
  });

  it('moves its clock: a session ends by time', async () => {
    const { session_token } = await logIn();
    const before = await muster.clock.now();
    const after = await muster.clock.advance({ hours: 2 });
    expect(after.getTime() - before.getTime()).toBeGreaterThanOrEqual(7_200_000);
    await expect(client.sessions.authenticate({ session_token })).rejects.toMatchObject({
      error_type: 'session_not_found',
    });
  });

  it('goes back to its seed: what a test made is gone, its sessions, mail and clock too', async () => {
    const seeded = await acme();
    const { session_token } = await logIn();
    await client.organizations.create({ organization_name: 'Other', organization_slug: 'other' });
    await muster.clock.advance({ days: 3 });
    await muster.reset();
    expect(await acme()).toEqual(seeded);
    await expect(client.organizations.get({ organization_id: 'other' })).rejects.toMatchObject({
      status_code: 404,
    });
    await expect(client.sessions.authenticate({ session_token })).rejects.toMatchObject({
      error_type: 'session_not_found',
    });
    expect(await muster.mailbox.messages()).toEqual([]);
    expect(Math.abs((await muster.clock.now()).getTime() - Date.now())).toBeLessThan(10_000);
  });

  it('answers a call that comes while it is reset, from the state after it', async () => {
    await client.organizations.create({ organization_name: 'Other', organization_slug: 'other' });
    const reset = muster.reset();
    // The reset has reached the server once it has turned to the next call of its own.
    const { members } = await client.organizations.members.search({ organization_ids: ['acme'] });
    await reset;
    expect(members).toHaveLength(1);
  });

  it('is settled when all mail is out and every read model has all that was written', async () => {
    const { organization_id } = await acme();
    for (const name of ['bo', 'cy', 'di'])
      await client.magicLinks.email.invite({ organization_id, email_address: `${name}@acme.example` });
    const position = await muster.settled();
    expect((await muster.mailbox.messages()).map(({ to }) => to).toSorted()).toEqual([
      'bo@acme.example',
      'cy@acme.example',
      'di@acme.example',
    ]);
    expect(await muster.settled()).toBe(position);
  });
});

describe('a start in the process of a test', () => {
  const ids = async (options: StartOptions) => {
    await using muster = await startMuster({ seed, ...options });
    const client = clientOf(muster.sdkConfig());
    const made = async () => {
      const name = { organization_name: 'Made', organization_slug: 'made' };
      const { organization } = await client.organizations.create(name);
      await client.otps.email.discovery.send({ email_address: 'new@made.example' });
      return [organization.organization_id, await muster.mailbox.waitForCode('new@made.example')];
    };
    const first = await made();
    await muster.reset();
    return [first, await made()];
  };

  it('with deterministic ids gives the same ids and codes in every run and after every reset', async () => {
    const [first, afterReset] = await ids({ deterministicIds: true });
    const [nextRun] = await ids({ deterministicIds: true });
    expect(first).toEqual([
      expect.stringMatching(/^organization-test-0{8}-/),
      expect.stringMatching(/^\d{6}$/),
    ]);
    expect(afterReset).toEqual(first);
    expect(nextRun).toEqual(first);
  }, 60_000);

  it('stands beside another one, with another project, and knows nothing of it', async () => {
    const project = {
      projectId: 'project-test-00000000-0000-4000-8000-000000000002',
      secret: 'secret-test-of-the-other-project',
    };
    await using one = await startMuster({ seed });
    await using other = await startMuster({ project });
    await expect(
      clientOf(other.sdkConfig()).organizations.get({ organization_id: 'acme' }),
    ).rejects.toMatchObject({ status_code: 404 });
    await expect(
      clientOf({ ...one.sdkConfig(), ...project, project_id: project.projectId }).organizations.get({
        organization_id: 'acme',
      }),
    ).rejects.toMatchObject({ status_code: 401 });
  }, 60_000);

  it('is refused in production, where nobody may reset what there is', async () => {
    await expect(startMuster({ env: { MUSTER_MODE: 'production' } })).rejects.toThrow(
      'MUSTER_TEST_CONTROL is for development only',
    );
  });

  it('with a seed that is not there says so', async () => {
    await expect(startMuster({ seed: '/no/such/seed.json' })).rejects.toThrow('no such file');
  });
});
