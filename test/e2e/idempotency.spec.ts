import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { routes } from '@muster/contracts';
import { itInFiles, until, type WireAnswer } from '@muster/testkit';
import { Backend, granted, refused } from './backend.ts';

const replayed = ({ headers }: WireAnswer): boolean => headers.get('idempotency-replayed') === 'true';

describe('Idempotency-Key', () => {
  let backend: Backend;
  let organizationId: string;
  beforeAll(async () => {
    backend = await Backend.start();
    ({ organization_id: organizationId } = await backend.organization());
  }, 180_000);
  afterAll(() => backend?.stop());

  const post = (path: string, body: object, key: string) =>
    backend.wire.post(path, body, { headers: { 'idempotency-key': key } });
  const members = (id = organizationId) => `/v1/b2b/organizations/${id}/members`;
  const memberCount = async () =>
    granted(await backend.wire.get(`/v1/b2b/organizations/${organizationId}/metrics`)).member_count as number;
  const answers = () => new DatabaseSync(join(backend.muster.dataDirectory, 'answers.db'));
  const rows = (): number => {
    const database = answers();
    try {
      return Number(database.prepare('SELECT count(*) AS count FROM answers').get()!['count']);
    } finally {
      database.close();
    }
  };
  /** After this the server executes and answers, but keeps nothing: as if it died between the two. */
  const losingAnswers = () => {
    const database = answers();
    database.exec(
      `CREATE TRIGGER lost BEFORE UPDATE OF answer ON answers BEGIN SELECT RAISE(ABORT, 'lost'); END`,
    );
    database.close();
  };
  const keepingAnswers = () => {
    const database = answers();
    database.exec('DROP TRIGGER lost');
    database.close();
  };

  const posts = routes.filter(({ method, access }) => method === 'POST' && access.caller !== 'public');

  it.each(posts.map((route) => [route.path, route] as const))(
    'S57: is honoured by POST %s: the same answer for the same body, 422 for another',
    async (pattern, { repeat }) => {
      const { organization_id } = await backend.organization();
      const { member_id } = await backend.member(organization_id, `${backend.unique('m')}@keys.example`);
      const path = pattern
        .replace(':organization_id', organization_id)
        .replace(':member_id', member_id)
        .replaceAll(/:\w+/g, 'nothing.example');
      const key = backend.unique('key');
      const first = await post(path, {}, key);
      expect([200, 202, 400, 404]).toContain(first.status);
      const again = await post(path, {}, key);
      const same = again.text === first.text;
      expect([again.status, replayed(again), same]).toEqual([first.status, !repeat, !repeat]);
      expect(refused(await post(path, { odd: 1 }, key))).toEqual([422, 'idempotency_key_reused']);
      expect(refused(await post(path, {}, ''))).toEqual([400, 'bad_request']);
    },
  );

  it('S57: fifty at once are executed once; the others get the same answer or 409 with Retry-After', async () => {
    const before = await memberCount();
    const body = { email_address: 'fifty@keys.example' };
    const got = await Promise.all(Array.from({ length: 50 }, () => post(members(), body, 'fifty')));
    const good = got.filter(({ status }) => status === 200);
    const busy = got.filter(({ status }) => status !== 200);
    expect(new Set(good.map(({ text }) => text)).size).toBe(1);
    for (const answer of busy) {
      expect(refused(answer)).toEqual([409, 'idempotency_key_in_flight']);
      expect(answer.headers.get('retry-after')).toBe('1');
    }
    expect(await memberCount()).toBe(before + 1);
  });

  itInFiles(
    'E5: a kill between execution and keeping: the repeat runs as the same command, and nothing doubles',
    async () => {
      const person = backend.person('killed@keys.example');
      const before = await memberCount();
      const create = () => post(members(), { email_address: person.address }, 'create');
      await backend.member(organizationId, 'reader@keys.example');
      const reader = backend.person('reader@keys.example');
      granted(await reader.askForLink(organizationId));
      const magic_links_token = await backend.muster.mailbox.linkToken(reader.address);
      const logIn = () => post('/v1/b2b/magic_links/authenticate', { magic_links_token }, 'log-in');
      const send = () =>
        post(
          '/v1/b2b/otps/email/login_or_signup',
          { organization_id: organizationId, email_address: reader.address },
          'send',
        );

      losingAnswers();
      const firsts = [granted(await create()), granted(await logIn()), granted(await send())];
      await backend.muster.kill('SIGKILL');
      keepingAnswers();
      await backend.muster.restart();
      // Until then the keys are the dead process's: 409.
      backend.muster.clock.advance({ seconds: 10 });
      const seconds = [await create(), await logIn(), await send()];
      expect(seconds.map(replayed)).toEqual([false, false, false]);
      const [created, loggedIn] = seconds.map(granted);
      expect(created.member_id).toBe(firsts[0].member_id);
      expect(loggedIn.session_token).toBe(firsts[1].session_token);
      expect(await memberCount()).toBe(before + 2);
      const query = new URLSearchParams({ organization_id: organizationId, member_id: loggedIn.member_id });
      const { member_sessions } = granted(await backend.wire.get(`/v1/b2b/sessions?${query.toString()}`));
      expect(member_sessions).toHaveLength(1);
      const mails = granted(
        await backend.wire.get(`/dev/mailbox.json?to=${encodeURIComponent(reader.address)}`),
      ) as readonly unknown[];
      expect(mails).toHaveLength(2);
      const thirds = [await create(), await logIn(), await send()];
      expect(thirds.map(replayed)).toEqual([true, true, true]);
      expect(thirds.map(({ text }) => text)).toEqual(seconds.map(({ text }) => text));
    },
    180_000,
  );

  it('E5: kills at any moment double nothing', async () => {
    for (const [round, milliseconds] of [3, 8, 20].entries()) {
      const count = await memberCount();
      const call = () => post(members(), { email_address: `any-${round}@keys.example` }, `any-${round}`);
      const lost = call().catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
      await backend.muster.kill('SIGKILL');
      const told = await lost;
      await backend.muster.restart();
      backend.muster.clock.advance({ seconds: 10 });
      const { member_id } = granted(await call());
      const toldBefore = told?.status === 200 ? told.body.member_id : member_id;
      expect(member_id).toBe(toldBefore);
      expect(await memberCount()).toBe(count + 1);
    }
  }, 180_000);

  itInFiles(
    'is answered the same though the answers were deleted, and another body still not at all',
    async () => {
      const call = (email_address: string) => post(members(), { email_address }, 'deleted');
      const first = granted(await call('deleted@keys.example'));
      await backend.muster.kill('SIGTERM');
      for (const name of readdirSync(backend.muster.dataDirectory))
        if (name.startsWith('answers.db')) rmSync(join(backend.muster.dataDirectory, name));
      await backend.muster.restart();
      expect(refused(await call('another@keys.example'))).toEqual([422, 'idempotency_key_reused']);
      const again = await call('deleted@keys.example');
      expect([replayed(again), granted(again).member_id]).toEqual([false, first.member_id]);
      expect(replayed(await call('deleted@keys.example'))).toBe(true);
    },
    180_000,
  );

  it('attack: the key of another organization’s member, or of the backend, brings nothing to light', async () => {
    const settle = async (name: string) => {
      const { organization_id } = await backend.organization();
      const person = backend.person(`${backend.unique(name)}@keys.example`);
      await backend.member(organization_id, person.address, { roles: ['stytch_admin'] });
      const { session_token } = await person.logInByLink(organization_id);
      return { organization_id, session_token };
    };
    const [mine, theirs] = [await settle('mine'), await settle('theirs')];
    const create = (organization: string, email_address: string, as?: string) =>
      backend.wire.post(
        members(organization),
        { email_address },
        { headers: { 'idempotency-key': 'probed' }, ...(as ? { as } : {}) },
      );
    const path = theirs.organization_id;
    granted(await create(path, 'secret@keys.example', theirs.session_token));
    const probe = await create(path, 'secret@keys.example', mine.session_token);
    const probeOther = await create(path, 'other@keys.example', mine.session_token);
    for (const answer of [probe, probeOther]) {
      expect(refused(answer)).toEqual([403, 'session_authorization_tenancy_error']);
      expect(replayed(answer)).toBe(false);
    }
    // The backend's own space: the member is there already, and no answer of somebody else's is handed out.
    expect(refused(await create(path, 'secret@keys.example'))).toEqual([400, 'duplicate_member_email']);
  });

  itInFiles(
    'I20: neither keys nor answers are at rest in clear',
    async () => {
      const person = backend.person('rest@keys.example');
      await backend.member(organizationId, person.address, { name: 'Rest In-Clear' });
      granted(await person.askForLink(organizationId));
      const magic_links_token = await backend.muster.mailbox.linkToken(person.address);
      const key = 'a-key-that-nobody-guesses';
      const answer = granted(await post('/v1/b2b/magic_links/authenticate', { magic_links_token }, key));
      await backend.muster.kill('SIGTERM');
      const files = readdirSync(backend.muster.dataDirectory).filter((name) => name.includes('.db'));
      expect(files).toContain('answers.db');
      const secrets = [key, magic_links_token, answer.session_token, answer.session_jwt];
      for (const file of files) {
        const bytes = readFileSync(join(backend.muster.dataDirectory, file));
        const found = secrets.filter((secret) => bytes.includes(secret));
        expect({ file, found }).toEqual({ file, found: [] });
        if (!file.startsWith('answers.db')) continue;
        for (const personal of [person.address, 'Rest In-Clear', organizationId])
          expect([file, bytes.includes(personal)]).toEqual([file, false]);
      }
      await backend.muster.restart();
    },
    180_000,
  );

  itInFiles(
    'is kept for 24 hours, and then nothing is left of it',
    async () => {
      const call = (name: string) =>
        post('/v1/b2b/organizations', { organization_name: name }, backend.unique('young'));
      granted(await call('Old'));
      expect(rows()).toBeGreaterThan(0);
      backend.muster.clock.advance({ hours: 24 });
      await until('the purge', async () => (rows() === 0 ? true : undefined), 20_000);
      granted(await call('New'));
      expect(rows()).toBe(1);
    },
    30_000,
  );
});
