import { request } from 'node:http';
import type { WireAnswer } from '@muster/testkit';
import { Backend, granted, refused } from './backend.ts';

/** The raw request line, as no URL parser would write it. */
const raw = (url: string, path: string, headers: Readonly<Record<string, string>> = {}): Promise<number> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const call = request({ hostname, port, path, headers }, (answer) => {
      answer.resume();
      answer.on('end', () => resolve(answer.statusCode!));
    });
    call.on('error', reject);
    call.end();
  });

/** An answer without what differs from call to call. */
const withoutRequestId = ({ status, headers, text, body }: WireAnswer) => ({
  status,
  text: text.replaceAll(body.request_id, '<request id>'),
  headers: [...headers].filter(([name]) => !['date', 'x-request-id'].includes(name)),
});

describe('an attacker', () => {
  let backend: Backend;
  let mine: { organization_id: string; member_id: string; session_token: string };
  let theirs: { organization_id: string; member_id: string; member_session_id: string };

  beforeAll(async () => {
    backend = await Backend.start();
    const settle = async (address: string) => {
      const { organization_id } = await backend.organization();
      const person = backend.person(address);
      await backend.member(organization_id, address, { roles: ['stytch_admin'] });
      return { organization_id, ...(await person.logInByLink(organization_id)) };
    };
    mine = await settle('mallory@attack.example');
    const victim = await settle('victim@target.example');
    theirs = { ...victim, member_session_id: victim.member_session.member_session_id };
  }, 60_000);
  afterAll(() => backend?.stop());

  const absent = {
    member: 'member-test-00000000-0000-4000-8000-00000000dead',
    organization: 'organization-test-00000000-0000-4000-8000-00000000dead',
    session: 'session-test-00000000-0000-4000-8000-00000000dead',
  };

  it("cannot tell another organization's member from none at all (IDOR)", async () => {
    const members = `/v1/b2b/organizations/${mine.organization_id}/members`;
    const both = (call: (member: string) => Promise<WireAnswer>) =>
      Promise.all([theirs.member_id, absent.member].map(async (id) => withoutRequestId(await call(id))));
    const calls: readonly ((member: string) => Promise<WireAnswer>)[] = [
      (member) =>
        backend.wire.get(`/v1/b2b/organizations/${mine.organization_id}/member?member_id=${member}`),
      (member) => backend.wire.put(`${members}/${member}`, { name: 'Taken' }),
      (member) => backend.wire.delete(`${members}/${member}`),
      (member) => backend.wire.put(`${members}/${member}/reactivate`, {}),
      (member) =>
        backend.wire.get(`/v1/b2b/sessions?organization_id=${mine.organization_id}&member_id=${member}`),
      (member) => backend.wire.delete(`${members}/${member}`, { as: mine.session_token }),
      (member) => backend.wire.put(`${members}/${member}`, { name: 'Taken' }, { as: mine.session_token }),
    ];
    for (const call of calls) {
      const [foreign, none] = await both(call);
      expect(foreign!.status).toBe(404);
      expect(foreign).toEqual(none);
    }
  });

  it('cannot act on another organization with a session of their own', async () => {
    const as = { as: mine.session_token };
    const there = `/v1/b2b/organizations/${theirs.organization_id}`;
    const answers = [
      await backend.wire.put(there, { organization_name: 'Taken' }, as),
      await backend.wire.delete(there, as),
      await backend.wire.delete(`${there}/members/${theirs.member_id}`, as),
      await backend.wire.get(`${there}/jit_rules`, as),
      await backend.wire.get(`${there}/admissions`, as),
      await backend.wire.post(`${there}/members`, { email_address: 'spy@attack.example' }, as),
    ];
    expect(answers.map(refused)).toEqual(answers.map(() => [403, 'session_authorization_tenancy_error']));
    const revoke = await backend.wire.post(
      '/v1/b2b/sessions/revoke',
      { member_session_id: theirs.member_session_id },
      as,
    );
    const revokeNothing = await backend.wire.post(
      '/v1/b2b/sessions/revoke',
      { member_session_id: absent.session },
      as,
    );
    expect(withoutRequestId(revoke)).toEqual(withoutRequestId(revokeNothing));
    const query = new URLSearchParams({
      organization_id: theirs.organization_id,
      member_id: theirs.member_id,
    });
    expect(
      granted(await backend.wire.get(`/v1/b2b/sessions?${query.toString()}`)).member_sessions,
    ).toHaveLength(1);
  });

  it('R20: cannot find out with a member session which slugs other organizations have', async () => {
    const as = { as: mine.session_token };
    const { organization_slug } = await backend.organization();
    const ask = async (reference: string) => {
      const there = `/v1/b2b/organizations/${reference}`;
      const answers = [
        await backend.wire.put(there, { organization_name: 'Taken' }, as),
        await backend.wire.get(`${there}/jit_rules`, as),
        await backend.wire.get(`${there}/domains`, as),
        await backend.wire.get(`${there}/admissions`, as),
        await backend.wire.get(`${there}/join_requests`, as),
        await backend.wire.post(`${there}/members`, { email_address: 'spy@attack.example' }, as),
      ];
      return answers.map(withoutRequestId);
    };
    const taken = await ask(organization_slug);
    expect(taken.map(({ status }) => status)).toEqual(Array(6).fill(403));
    expect(taken).toEqual(await ask('nobody-has-this-slug'));
  });

  it.each([
    '//v1/b2b/organizations/:id',
    '/v1//b2b/organizations/:id',
    '/v1/b2b/%6frganizations/:id',
    '/v1/b2b/organizations/:id;',
    '/v1/b2b/organizations/:id;jsessionid=1',
    '/v1/b2b/organizations/:id/',
    '/v1/b2b/organizations/./:id',
    '/v1/b2b/sessions/jwks/../../organizations/:id',
    '/v1/b2b/sessions/jwks/%2e%2e/%2e%2e/organizations/:id',
    '/dev/mailbox/../../v1/b2b/organizations/:id',
    '/V1/B2B/ORGANIZATIONS/:id',
    '/v1/b2b/organizations/:id%00',
    '/v1/b2b/organizations/:id#',
    '/dev/%2e%2e/v1/b2b/organizations/:id',
  ])('does not get past the guard without a secret by a trick in the path: %s', async (pattern) => {
    const path = pattern.replace(':id', mine.organization_id);
    await expect(raw(backend.muster.url, path)).resolves.toBeGreaterThanOrEqual(400);
  });

  it('finds no route of the table open that is not declared public', async () => {
    const wrong = `Basic ${Buffer.from(`${backend.muster.projectId}:guess`).toString('base64')}`;
    for (const authorization of ['', wrong, `Bearer ${mine.session_token}`, 'Basic', 'Basic !!!!']) {
      const status = await raw(
        backend.muster.url,
        `/v1/b2b/organizations/${mine.organization_id}`,
        authorization === '' ? {} : { authorization },
      );
      expect([authorization.slice(0, 12), status]).toEqual([authorization.slice(0, 12), 401]);
    }
  });

  it('R17: gets nowhere with an intermediate token where a session belongs', async () => {
    const mallory = backend.person('mallory@attack.example');
    const token = await mallory.prove();
    const { organization_id } = mine;
    const answers = [
      await backend.wire.post('/v1/b2b/sessions/authenticate', { session_token: token }),
      await backend.wire.post('/v1/b2b/sessions/authenticate', { session_jwt: token }),
      await backend.wire.post('/v1/b2b/sessions/exchange', { session_token: token, organization_id }),
      await backend.wire.post('/v1/b2b/sessions/exchange', { session_jwt: token, organization_id }),
      await backend.wire.post('/v1/b2b/discovery/organizations', { session_token: token }),
      await backend.wire.put(
        `/v1/b2b/organizations/${organization_id}`,
        { organization_name: 'Half in' },
        { as: token },
      ),
      await backend.wire.delete(`/v1/b2b/organizations/${organization_id}`, { as: token }),
    ];
    expect(answers.map(refused)).toEqual(answers.map(() => [404, 'session_not_found']));
    const reverse = [
      await backend.wire.post('/v1/b2b/discovery/organizations', {
        intermediate_session_token: mine.session_token,
      }),
      await mallory.enter(mine.session_token, organization_id),
    ];
    expect(reverse.map(refused)).toEqual(reverse.map(() => [404, 'intermediate_session_not_found']));
  });

  it('cannot spend a link of one kind as another (token confusion)', async () => {
    const mallory = backend.person('mallory@attack.example');
    granted(await mallory.askForLink(mine.organization_id));
    const token = await backend.muster.mailbox.linkToken(mallory.address);
    const answers = [
      await backend.wire.post('/v1/b2b/magic_links/discovery/authenticate', {
        discovery_magic_links_token: token,
      }),
      await backend.wire.post('/v1/b2b/sessions/authenticate', { session_token: token }),
      await mallory.enter(token, mine.organization_id),
      await backend.wire.post('/v1/b2b/magic_links/authenticate', { magic_links_token: token.slice(0, -1) }),
      await backend.wire.post('/v1/b2b/magic_links/authenticate', { magic_links_token: `${token}=` }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([401, 404, 404, 401, 401]);
    granted(await backend.wire.post('/v1/b2b/magic_links/authenticate', { magic_links_token: token }));
  });

  it('R10: gets no entry to an organization by an address that an administrator merely wrote', async () => {
    const { organization_id } = mine;
    await backend.member(organization_id, 'victim@target.example');
    const mallory = backend.person('mallory@attack.example');
    const choices = await mallory.choices(await mallory.prove());
    expect([...choices.keys()]).toEqual([organization_id]);
    const victimThere = granted(await backend.memberAt(organization_id, 'victim@target.example'));
    const stolen = await mallory.enter(await mallory.prove(), theirs.organization_id);
    expect(stolen.status).toBeGreaterThanOrEqual(400);
    expect(victimThere.member.email_address_verified).toBe(false);
  });

  it('R16: gets nothing with a link, a session or an intermediate session from before the membership ended', async () => {
    const { organization_id } = await backend.organization();
    const leaver = backend.person('leaver@attack.example');
    const { member_id } = await backend.member(organization_id, leaver.address);
    const { session_token } = await leaver.logInByLink(organization_id);
    const intermediate = await leaver.prove();
    granted(await leaver.askForLink(organization_id));
    const magic_links_token = await backend.muster.mailbox.linkToken(leaver.address);
    const path = `/v1/b2b/organizations/${organization_id}/members/${member_id}`;
    granted(await backend.wire.delete(path));
    granted(await backend.wire.put(`${path}/reactivate`, {}));
    expect(refused(await backend.check(session_token))).toEqual([404, 'session_not_found']);
    const link = await backend.wire.post('/v1/b2b/magic_links/authenticate', { magic_links_token });
    expect(refused(link)).toEqual([401, 'unable_to_auth_magic_link']);
    expect((await leaver.enter(intermediate, organization_id)).status).toBe(200);
    expect((await leaver.logInByLink(organization_id)).member_authenticated).toBe(true);
  });

  it('I12: cannot put a host of their own into a link we send', async () => {
    const mallory = backend.person('mallory@attack.example');
    const answer = await backend.wire.post(
      '/v1/b2b/magic_links/email/login_or_signup',
      { organization_id: mine.organization_id, email_address: mallory.address },
      {
        headers: {
          'x-forwarded-host': 'attacker.example',
          'x-forwarded-proto': 'https',
          forwarded: 'host=attacker.example',
        },
      },
    );
    granted(answer);
    const mail = await backend.muster.mailbox.latest(mallory.address);
    expect(JSON.stringify(mail)).not.toContain('attacker.example');
  });
});
