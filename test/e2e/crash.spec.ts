import { Backend, granted, refused } from './backend.ts';

describe('a process that is killed', () => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await Backend.start();
  }, 60_000);
  afterAll(() => backend?.stop());

  it('I17: has kept everything it acknowledged', async () => {
    const { organization_id } = await backend.organization();
    const acknowledged: string[] = [];
    const writing = Array.from({ length: 4 }, async (_, writer) => {
      for (let n = 0; n < 200; n++) {
        const email_address = `w${writer}-${n}@crash.example`;
        const answer = await backend.wire
          .post(`/v1/b2b/organizations/${organization_id}/members`, { email_address })
          .catch(() => undefined);
        if (answer?.status !== 200) return;
        acknowledged.push(email_address);
        if (acknowledged.length === 60) await backend.muster.kill('SIGKILL');
      }
    });
    await Promise.all(writing);
    expect(acknowledged.length).toBeGreaterThanOrEqual(60);
    await backend.muster.restart();
    for (const address of acknowledged) {
      const { member } = granted(await backend.memberAt(organization_id, address));
      expect(member).toMatchObject({ email_address: address, status: 'active' });
    }
    const { member_count } = granted(
      await backend.wire.get(`/v1/b2b/organizations/${organization_id}/metrics`),
    );
    // What was in flight may have been kept as well: at most one call of each writer.
    expect(member_count).toBeGreaterThanOrEqual(acknowledged.length);
    expect(member_count).toBeLessThanOrEqual(acknowledged.length + writing.length);
  }, 60_000);

  it('E5: knows sessions, proofs and keys of before: a session lives on, a link stays used', async () => {
    const { organization_id } = await backend.organization();
    const person = backend.person('kept@crash.example');
    await backend.member(organization_id, person.address);
    granted(await person.askForLink(organization_id));
    const magic_links_token = await backend.muster.mailbox.linkToken(person.address);
    const redeem = () => backend.wire.post('/v1/b2b/magic_links/authenticate', { magic_links_token });
    const { session_token, session_jwt } = granted(await redeem());
    const intermediate = await person.prove();
    const headers = { 'idempotency-key': 'across-a-crash' };
    const path = `/v1/b2b/organizations/${organization_id}/members`;
    const first = granted(await backend.wire.post(path, { email_address: 'k@crash.example' }, { headers }));

    await backend.muster.kill('SIGKILL');
    await backend.muster.restart();

    granted(await backend.check(session_token));
    granted(await backend.wire.post('/v1/b2b/sessions/authenticate', { session_jwt }));
    expect(refused(await redeem())).toEqual([401, 'unable_to_auth_magic_link']);
    expect(granted(await person.enter(intermediate, organization_id)).member_authenticated).toBe(true);
    const again = granted(await backend.wire.post(path, { email_address: 'k@crash.example' }, { headers }));
    expect(again.member_id).toBe(first.member_id);
  }, 60_000);
});
