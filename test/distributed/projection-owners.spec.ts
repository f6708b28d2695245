import { describeWithNats, until, WireClient } from '@muster/testkit';
import { SmtpCapture } from '../crash/smtp-capture.ts';
import { Backend, granted } from '../e2e/backend.ts';

const NEWCOMERS = 60;
const AT_ONCE = 12;
const VIEWS = ['organization-members', 'provisioning-admissions', 'organization-organizations'];

type Report = {
  readonly lag: number | null;
  readonly parked: readonly unknown[];
  readonly state: string;
  readonly verification: { readonly state: string; readonly equal: boolean | null } | null;
};

/** Both replicas of a service keep the same stored views up, and each believes to be alone: the checkpoint decides. */
describeWithNats('two processes that keep the same views up', 'own', () => {
  let backend: Backend;
  let smtp: SmtpCapture;
  let organization_id: string;
  const addressOf = (n: number) => `newcomer-${n}@owners.example`;
  beforeAll(async () => {
    smtp = await SmtpCapture.start();
    backend = await Backend.start({
      profile: 'distributed',
      replicas: 'organization=2,provisioning=2',
      env: { MUSTER_SMTP_URL: smtp.url },
    });
    ({ organization_id } = await backend.organization({
      email_jit_provisioning: 'RESTRICTED',
      email_allowed_domains: ['owners.example'],
    }));
  }, 300_000);
  afterAll(async () => {
    await backend?.stop();
    await smtp?.stop();
  });

  const comeIn = async (n: number) => {
    const email = { organization_id, email_address: addressOf(n) };
    granted(await backend.wire.post('/v1/b2b/otps/email/login_or_signup', email));
    const code = await until('the code', async () => smtp.to(addressOf(n))[0]?.code, 60_000);
    return backend.wire.post('/v1/b2b/otps/email/authenticate', { ...email, code });
  };
  const replicasOf = (service: string) => {
    const { projectId, secret, processes } = backend.muster;
    return processes
      .filter(({ name }) => name === service)
      .map(({ url }) => new WireClient(() => url!, { projectId, secret }));
  };
  const reportOf = async (view: string): Promise<Report> =>
    granted(await backend.wire.get(`/v1/projections/${view}`)).projection;

  it('serve newcomers by the dozen through both of them', async () => {
    let next = 0;
    const statuses: number[] = [];
    const come = async () => {
      while (next < NEWCOMERS) statuses.push((await comeIn(next++)).status);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, come));
    expect(statuses).toEqual(Array(NEWCOMERS).fill(200));
  }, 240_000);

  it('E21: both answer with every newcomer, once', async () => {
    const query = { organization_ids: [organization_id], limit: 1_000 };
    const expected = Array.from({ length: NEWCOMERS }, (_, n) => addressOf(n)).toSorted();
    for (const replica of replicasOf('organization')) {
      const answer = await replica.post('/v1/b2b/organizations/members/search', query);
      const members: readonly { email_address: string; status: string }[] = granted(answer).members;
      expect(members.map(({ email_address }) => email_address).toSorted()).toEqual(expected);
      expect(new Set(members.map(({ status }) => status))).toEqual(new Set(['active']));
    }
    for (const replica of replicasOf('provisioning')) {
      const answer = await replica.get(`/v1/b2b/organizations/${organization_id}/admissions?limit=200`);
      const outcomes: readonly { outcome: string }[] = granted(answer).admissions;
      expect(outcomes.filter(({ outcome }) => outcome === 'admitted')).toHaveLength(NEWCOMERS);
    }
  }, 60_000);

  it.each(VIEWS)(
    'E24: %s equals what is built anew from the first event',
    async (view) => {
      granted(await backend.wire.post(`/v1/projections/${view}/verify`, {}));
      // One replica verifies; either may be asked how it went.
      const verification = await until(
        'the verification',
        async () => {
          const { verification: found } = await reportOf(view);
          return found?.state === 'done' || found?.state === 'failed' ? found : undefined;
        },
        60_000,
      );
      expect(verification).toMatchObject({ state: 'done', equal: true });
      expect(await reportOf(view)).toMatchObject({ state: 'running', parked: [] });
    },
    90_000,
  );

  it('E25: nobody got a mail twice, without a kill between', () => {
    const ids = smtp.handOvers.map(({ messageId }) => messageId);
    expect(ids.length).toBeGreaterThanOrEqual(NEWCOMERS);
    expect(new Set(ids).size).toBe(ids.length);
    for (let n = 0; n < NEWCOMERS; n++) expect(smtp.to(addressOf(n))).toHaveLength(1);
  });
});
