import { describeWithNats, WireClient } from '@muster/testkit';
import { Backend, granted } from '../e2e/backend.ts';

const REVOCATIONS = 40;

/** Two processes of the session service, each spoken to directly. */
describeWithNats('a member revoked on one replica', 'own', () => {
  let backend: Backend;
  let replicas: readonly WireClient[];
  beforeAll(async () => {
    backend = await Backend.start({ profile: 'distributed', replicas: 'session=2' });
    const { projectId, secret, processes } = backend.muster;
    replicas = processes
      .filter(({ name }) => name === 'session')
      .map(({ url }) => new WireClient(() => url!, { projectId, secret }));
  }, 90_000);
  afterAll(() => backend?.stop());

  /** Somebody whose session both replicas have just let in, so that both remember it. */
  const loggedIn = async (name: string) => {
    const { organization_id } = await backend.organization({ email_jit_provisioning: 'NOT_ALLOWED' });
    const address = `${backend.unique(name)}@replicas.example`;
    const { member_id } = await backend.member(organization_id, address);
    const { session_token } = await backend.person(address).logInByCode(organization_id);
    for (const replica of replicas) granted(await check(replica, session_token));
    return { organization_id, member_id, session_token };
  };
  const check = (
    replica: WireClient,
    session_token: string,
    headers: Readonly<Record<string, string>> = {},
  ) => replica.post('/v1/b2b/sessions/authenticate', { session_token }, { headers });
  const revoke = async (replica: WireClient, session_token: string) => {
    const answer = await replica.post('/v1/b2b/sessions/revoke', { session_token });
    granted(answer);
    return answer.headers.get('muster-position')!;
  };

  it('R53: is refused on the other at once, with the position that was returned', async () => {
    expect(replicas).toHaveLength(2);
    for (let n = 0; n < 10; n++) {
      const { session_token } = await loggedIn('at-once');
      const [here, there] = n % 2 === 0 ? replicas : replicas.toReversed();
      const position = await revoke(here!, session_token);
      const refused = await check(there!, session_token, { 'muster-min-position': position });
      expect([refused.status, refused.body.error_type]).toEqual([404, 'session_not_found']);
    }
  }, 120_000);

  it('I7: is refused on the other within a second, without any position', async () => {
    const delays: number[] = [];
    for (let n = 0; n < REVOCATIONS; n++) {
      const { session_token } = await loggedIn('soon');
      const [here, there] = n % 2 === 0 ? replicas : replicas.toReversed();
      await revoke(here!, session_token);
      const began = performance.now();
      while ((await check(there!, session_token)).status === 200)
        expect(performance.now() - began).toBeLessThan(1_000);
      delays.push(performance.now() - began);
    }
    const sorted = delays.toSorted((a, b) => a - b);
    const p99 = sorted[Math.ceil(sorted.length * 0.99) - 1]!;
    process.stderr.write(
      `revoked on one replica, refused on the other: p99 ${p99.toFixed(1)} ms of ${REVOCATIONS}\n`,
    );
    expect(p99).toBeLessThan(1_000);
  }, 240_000);

  it('I7: a deleted member is refused on both, whoever was told', async () => {
    const { organization_id, member_id, session_token } = await loggedIn('deleted');
    const gone = await backend.wire.delete(`/v1/b2b/organizations/${organization_id}/members/${member_id}`);
    granted(gone);
    const headers = { 'muster-min-position': gone.headers.get('muster-position')! };
    for (const replica of replicas) expect((await check(replica, session_token, headers)).status).toBe(404);
  });
});
