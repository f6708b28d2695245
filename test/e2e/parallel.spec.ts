import type { WireAnswer } from '@muster/testkit';
import { Backend, granted } from './backend.ts';

const FIFTY = Array.from({ length: 50 }, (_, n) => n);

/** How many of the answers were a success, and what the others said. */
const tally = (answers: readonly WireAnswer[]) => ({
  effects: answers.filter(({ status }) => status === 200).length,
  refusals: [...new Set(answers.filter(({ status }) => status !== 200).map(({ body }) => body.error_type))],
});

describe('R18: fifty at once have one effect', () => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await Backend.start();
  }, 60_000);
  afterAll(() => backend?.stop());

  const somebody = async () => {
    const { organization_id } = await backend.organization();
    const person = backend.person(`${backend.unique('many')}@parallel.example`);
    const { member_id } = await backend.member(organization_id, person.address);
    const sessions = async () => {
      const query = new URLSearchParams({ organization_id, member_id });
      return granted(await backend.wire.get(`/v1/b2b/sessions?${query.toString()}`)).member_sessions.length;
    };
    return { organization_id, person, sessions };
  };

  it('redeeming one link', async () => {
    const { organization_id, person, sessions } = await somebody();
    granted(await person.askForLink(organization_id));
    const magic_links_token = await backend.muster.mailbox.linkToken(person.address);
    const answers = await Promise.all(
      FIFTY.map(() => backend.wire.post('/v1/b2b/magic_links/authenticate', { magic_links_token })),
    );
    expect(tally(answers)).toEqual({ effects: 1, refusals: ['unable_to_auth_magic_link'] });
    await expect(sessions()).resolves.toBe(1);
  });

  it('redeeming one code', async () => {
    const { organization_id, person, sessions } = await somebody();
    granted(await person.askForCode(organization_id));
    const code = await backend.muster.mailbox.code(person.address);
    const given = { organization_id, email_address: person.address, code };
    const answers = await Promise.all(
      FIFTY.map(() => backend.wire.post('/v1/b2b/otps/email/authenticate', given)),
    );
    expect(tally(answers).effects).toBe(1);
    await expect(sessions()).resolves.toBe(1);
  });

  it('exchanging one intermediate session', async () => {
    const { organization_id, person, sessions } = await somebody();
    const intermediate = await person.prove();
    const answers = await Promise.all(FIFTY.map(() => person.enter(intermediate, organization_id)));
    expect(tally(answers)).toEqual({ effects: 1, refusals: ['intermediate_session_not_found'] });
    await expect(sessions()).resolves.toBe(1);
  });

  it('taking one slug', async () => {
    const organization_slug = backend.unique('wanted');
    const answers = await Promise.all(
      FIFTY.map(() =>
        backend.wire.post('/v1/b2b/organizations', { organization_name: 'Wanted', organization_slug }),
      ),
    );
    expect(tally(answers)).toEqual({ effects: 1, refusals: ['organization_slug_already_used'] });
  });

  it('R5: taking one address in one organization', async () => {
    const { organization_id } = await backend.organization();
    const email_address = `${backend.unique('one')}@parallel.example`;
    const answers = await Promise.all(
      FIFTY.map(() =>
        backend.wire.post(`/v1/b2b/organizations/${organization_id}/members`, { email_address }),
      ),
    );
    expect(tally(answers)).toEqual({ effects: 1, refusals: ['duplicate_member_email'] });
  });

  it('E5: one Idempotency-Key, the same answer for all that got one', async () => {
    const { organization_id } = await backend.organization();
    const email_address = `${backend.unique('keyed')}@parallel.example`;
    const headers = { 'idempotency-key': backend.unique('key') };
    const path = `/v1/b2b/organizations/${organization_id}/members`;
    const answers = await Promise.all(
      FIFTY.map(() => backend.wire.post(path, { email_address }, { headers })),
    );
    const ids = answers.filter(({ status }) => status === 200).map(({ body }) => body.member_id);
    expect(new Set(ids).size).toBe(1);
    const other = await backend.wire.post(path, { email_address: 'other@parallel.example' }, { headers });
    expect([other.status, other.body.error_type]).toEqual([422, 'idempotency_key_reused']);
  });

  it('R34: a rule with a cap of three admits three of twelve', async () => {
    const { organization_id } = await backend.organization({
      email_allowed_domains: ['capped.example'],
      email_invites: 'ALL_ALLOWED',
    });
    const steward = backend.person('steward@capped.example');
    await backend.member(organization_id, steward.address, { roles: ['stytch_admin'] });
    await steward.logInByLink(organization_id);
    const matcher = { type: 'email_domain', domain: 'capped.example', state: 'listed' };
    await backend.jitRules(organization_id, [{ matcher, mode: 'auto', cap: 3 }]);
    const crowd = Array.from({ length: 12 }, (_, n) => backend.person(`p${n}@capped.example`));
    const proofs = await Promise.all(crowd.map((person) => person.prove()));
    const answers = await Promise.all(crowd.map((person, n) => person.enter(proofs[n]!, organization_id)));
    expect(tally(answers)).toEqual({ effects: 3, refusals: ['admission_refused'] });
    const { member_count } = granted(
      await backend.wire.get(`/v1/b2b/organizations/${organization_id}/metrics`),
    );
    expect(member_count).toBe(4);
  });

  it('R7: two stewards who remove each other at once leave one', async () => {
    for (let round = 0; round < 5; round++) {
      const { organization_id } = await backend.organization();
      const stewards = [];
      for (const name of ['castor', 'pollux']) {
        const person = backend.person(`${backend.unique(name)}@twins.example`);
        await backend.member(organization_id, person.address, { roles: ['stytch_admin'] });
        stewards.push(await person.logInByLink(organization_id));
      }
      const [one, two] = stewards;
      const remove = (who: { member_id: string }, by: { session_token: string }) =>
        backend.wire.delete(`/v1/b2b/organizations/${organization_id}/members/${who.member_id}`, {
          as: by.session_token,
        });
      const answers = await Promise.all([remove(one!, two!), remove(two!, one!)]);
      expect(tally(answers).effects).toBe(1);
      const { member_count } = granted(
        await backend.wire.get(`/v1/b2b/organizations/${organization_id}/metrics`),
      );
      expect(member_count).toBe(1);
    }
  });
});
