import { KurrentDbDouble } from '@muster/event-log-kurrentdb/testing';
import { until } from '@muster/testkit';
import { Backend, granted, refused } from './backend.ts';

/** A server whose log is in what stands in for KurrentDB: gRPC in this process, so both ends of the wire are real. */
describe('a server whose event log is in KurrentDB', () => {
  let double: KurrentDbDouble;
  let backend: Backend;
  beforeAll(async () => {
    double = await KurrentDbDouble.start();
    backend = await Backend.start({ env: { MUSTER_EVENT_LOG_URL: double.url } });
  }, 120_000);
  afterAll(async () => {
    await backend?.stop();
    await double.stop();
  });

  const log = async (): Promise<Record<string, { state: string; result: unknown } | null>> =>
    granted(await backend.wire.get('/v1/log')).log;

  it('admits, mints, tells and remembers over a restart', async () => {
    const domains = { email_allowed_domains: ['kurrent.example'], email_invites: 'ALL_ALLOWED' };
    const { organization_id } = await backend.organization({
      ...domains,
      email_jit_provisioning: 'RESTRICTED',
    });
    const colleague = backend.person('first@kurrent.example');
    await backend.member(organization_id, colleague.address, { roles: ['stytch_admin'] });
    await colleague.logInByLink(organization_id);

    const pat = backend.person('pat@kurrent.example');
    const entered = granted(await pat.enter(await pat.prove(), organization_id));
    expect(entered).toMatchObject({ member_authenticated: true, organization: { organization_id } });
    granted(await backend.check(entered.session_token));
    const { events } = granted(await backend.wire.get('/v1/events?types=muster.admission.*'));
    expect(events.length).toBeGreaterThan(0);

    await backend.muster.restart();
    granted(await backend.check(entered.session_token));
    const closed = { email_allowed_domains: [], email_jit_provisioning: 'NOT_ALLOWED' };
    await backend.update(organization_id, closed);
    const eve = backend.person('eve@kurrent.example');
    const shut = await eve.enter(await eve.prove(), organization_id);
    expect(refused(shut)[0]).toBe(403);
  }, 120_000);

  it('E4: has its chain verified by the thread for heavy work, which opens the same log', async () => {
    granted(await backend.wire.post('/v1/log/verify'));
    const done = await until(
      'the verification',
      async () => {
        const { verification } = await log();
        return verification?.state === 'running' ? undefined : verification;
      },
      60_000,
    );
    expect(done).toMatchObject({ state: 'done', result: { ok: true } });
  }, 120_000);
});
