import { describeWithNats } from '@muster/testkit';
import { Backend } from '../e2e/backend.ts';
import { heardIn, sing } from '../e2e/canaries.ts';

/** What `test/e2e/observability.spec.ts` proves of one process, where it differs between several. */
describeWithNats('processes', 'own', () => {
  let backend: Backend;
  let log = '';
  const urlOf = (name: string) => backend.muster.processes.find((one) => one.name === name)!.url;
  const readiness = async (name: string) => {
    const answer = await fetch(`${urlOf(name)}/readyz`);
    return [answer.status, await answer.json()];
  };
  beforeAll(async () => {
    backend = await Backend.start({
      profile: 'distributed',
      env: { MUSTER_LOG_LEVEL: 'debug' },
      onLog: (text) => (log += text),
    });
  }, 300_000);
  afterAll(() => backend?.stop());

  it('I20: none of them writes anything personal or secret, at its most talkative', async () => {
    const canaries = await sing(backend);
    expect(new Set(log.match(/"service":"[a-z]+"/g))).toContain('"service":"session"');
    expect(heardIn(log, canaries)).toEqual([]);
  }, 60_000);

  it('each tells its own metrics, of its own service', async () => {
    const text = await (await fetch(`${urlOf('provisioning')}/metrics`)).text();
    expect(text).toContain('muster_process_info{service="provisioning"');
    expect(new Set(text.match(/muster_view_running\{service="[a-z]+"/g))).toEqual(
      new Set(['muster_view_running{service="provisioning"']),
    );
    // The one address before them is nobody's process.
    expect((await fetch(`${backend.muster.url}/metrics`)).status).toBe(404);
  });

  it('I19: name the service they have to do without, and go on', async () => {
    expect(await readiness('session')).toEqual([200, { status: 'ok' }]);
    const { pid } = backend.muster.processes.find(({ name }) => name === 'provisioning')!;
    process.kill(pid, 'SIGSTOP');
    try {
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      expect(await readiness('session')).toEqual([200, { status: 'degraded', degraded: ['provisioning'] }]);
      const metrics = await (await fetch(`${urlOf('session')}/metrics`)).text();
      expect(metrics).toContain('muster_dependency_up{dependency="provisioning"} 0');
      expect(metrics).toContain('muster_dependency_up{dependency="nats"} 1');
    } finally {
      process.kill(pid, 'SIGCONT');
    }
  }, 30_000);
});
