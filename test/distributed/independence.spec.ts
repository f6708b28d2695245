import { describeWithNats, until } from '@muster/testkit';
import { Backend, granted } from '../e2e/backend.ts';

describeWithNats('sessions', 'own', () => {
  let backend: Backend;
  let session_token: string;
  let organization_id: string;
  const pidOf = (name: string) => backend.muster.processes.find((one) => one.name === name)!.pid;
  beforeAll(async () => {
    backend = await Backend.start({ profile: 'distributed' });
    ({ organization_id } = await backend.organization());
    await backend.member(organization_id, 'ada@alone.example');
    ({ session_token } = await backend.person('ada@alone.example').logInByCode(organization_id));
    granted(await backend.check(session_token));
  }, 90_000);
  afterAll(() => backend?.stop());

  it.each(['nats', 'identity', 'provisioning', 'organization', 'operations'])(
    'I19: go on being verified while %s is away',
    async (name) => {
      const pid = pidOf(name);
      process.kill(pid, 'SIGSTOP');
      try {
        for (let n = 0; n < 20; n++) expect((await backend.check(session_token)).status).toBe(200);
      } finally {
        process.kill(pid, 'SIGKILL');
      }
      for (let n = 0; n < 20; n++) granted(await backend.check(session_token));
      await until(
        `${name} to be started again`,
        async () => (pidOf(name) === pid ? undefined : true),
        30_000,
      );
      await until(
        'all to be ready',
        async () => {
          const answer = await fetch(`${backend.muster.url}/readyz`);
          return answer.ok ? true : undefined;
        },
        60_000,
      );
    },
    120_000,
  );

  it('and logins work again after all that', async () => {
    const ada = backend.person('ada@alone.example');
    await until(
      'a code to be sent',
      async () => ((await ada.askForCode(organization_id)).status === 200 ? true : undefined),
      30_000,
    );
    expect((await ada.typeCode(organization_id)).status).toBe(200);
  }, 60_000);
});
