import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { itInFiles, until } from '@muster/testkit';
import { Backend, granted, refused } from './backend.ts';

type Listed = { readonly key_id: string; readonly state: string; readonly signs_from: string };

const kidOf = (jwt: string): string =>
  (JSON.parse(Buffer.from(jwt.split('.')[0]!, 'base64url').toString('utf8')) as { kid: string }).kid;

describe('S17: the keys of session JWTs', () => {
  let backend: Backend;
  let session_token: string;
  beforeAll(async () => {
    backend = await Backend.start();
    const { organization_id } = await backend.organization();
    const person = backend.person('jo@rotation.example');
    await backend.member(organization_id, person.address);
    const minutes = { session_duration_minutes: 500_000 };
    ({ session_token } = await person.logInByLink(organization_id, minutes));
  }, 60_000);
  afterAll(() => backend?.stop());

  const list = async () => granted(await backend.wire.get('/v1/signing_keys')).signing_keys as Listed[];
  const states = async () => (await list()).map(({ state }) => state);
  const rotate = (body: object = {}) => backend.wire.post('/v1/signing_keys/rotate', body);
  const published = async () => {
    const answer = await backend.wire.get(`/v1/b2b/sessions/jwks/${backend.muster.projectId}`);
    expect(answer.headers.get('cache-control')).toBe('public, max-age=300');
    return (granted(answer).keys as readonly { kid: string }[]).map(({ kid }) => kid);
  };
  const fresh = async () => granted(await backend.check(session_token)).session_jwt as string;
  const present = (session_jwt: string) =>
    backend.wire.post('/v1/b2b/sessions/authenticate', { session_jwt });
  const killed = async () => {
    await backend.muster.kill('SIGKILL');
    await backend.muster.restart();
  };
  const sealingKeys = () => {
    const database = new DatabaseSync(join(backend.muster.dataDirectory, 'keys.db'), { readOnly: true });
    try {
      const rows = database.prepare('SELECT key_id, wrapped IS NULL AS destroyed FROM keys').all();
      return new Map(
        rows.map(({ key_id, destroyed }) => [String(key_id).split('/').at(-1), destroyed === 1]),
      );
    } finally {
      database.close();
    }
  };

  itInFiles(
    'change with overlap: no JWT is lost, through kills at every stage, and the old key is destroyed',
    async () => {
      const first = await fresh();
      expect(await published()).toEqual([kidOf(first)]);

      const { signing_keys } = granted(await rotate()) as { signing_keys: Listed[] };
      expect(signing_keys.map(({ state }) => state)).toEqual(['signing', 'next']);
      const [old, next] = signing_keys.map(({ key_id }) => key_id);
      await killed();
      expect(await published()).toEqual([old, next]);
      expect(kidOf(await fresh())).toBe(old);
      granted(await rotate());
      expect(await states()).toEqual(['signing', 'next']);

      // The clock goes on by itself, too: each stage leaves a slow machine a minute or more.
      backend.muster.clock.advance({ minutes: 3, seconds: 30 });
      const last = await fresh();
      expect(kidOf(last)).toBe(old);
      backend.muster.clock.advance({ seconds: 90 });
      const taken = await fresh();
      expect(kidOf(taken)).toBe(next);
      await killed();
      expect(await states()).toEqual(['overlapping', 'signing']);
      for (const jwt of [last, taken]) granted(await present(jwt));
      backend.muster.clock.advance({ minutes: 2 });
      granted(await present(last));
      expect(await published()).toEqual([old, next]);

      backend.muster.clock.advance({ minutes: 5 });
      expect(await published()).toEqual([next]);
      expect(refused(await present(last))).toEqual([404, 'session_not_found']);
      await killed();
      await until('the old key to be destroyed', async () => (sealingKeys().get(old) ? true : undefined));
      expect(sealingKeys().get(next)).toBe(false);
      expect(await states()).toEqual(['retired', 'signing']);
      granted(await present(taken));
    },
    90_000,
  );

  it('change by the calendar', async () => {
    const before = (await list()).length;
    backend.muster.clock.advance({ days: 90 });
    const keys = await until('the rotation', async () => {
      const now = await list();
      return now.length > before ? now : undefined;
    });
    expect(keys.slice(-2).map(({ state }) => state)).toEqual(['signing', 'next']);
    backend.muster.clock.advance({ minutes: 5 });
    expect(kidOf(await fresh())).toBe(keys.at(-1)!.key_id);
  }, 30_000);

  itInFiles(
    'are replaced at once where somebody else may have them: their JWTs are refused, sessions live on',
    async () => {
      const stolen = await fresh();
      granted(await present(stolen));
      const { signing_keys } = granted(await rotate({ compromised: true })) as { signing_keys: Listed[] };
      expect(signing_keys.at(-1)!.state).toBe('signing');
      expect(refused(await present(stolen))).toEqual([404, 'session_not_found']);
      const replaced = await fresh();
      expect(kidOf(replaced)).toBe(signing_keys.at(-1)!.key_id);
      expect(await published()).toEqual([kidOf(replaced)]);
      await killed();
      expect(refused(await present(stolen))).toEqual([404, 'session_not_found']);
      granted(await present(replaced));
      expect(sealingKeys().get(kidOf(stolen))).toBe(true);
    },
    60_000,
  );

  it('are changed and listed with the project’s secret only, and never shown', async () => {
    const { text } = await backend.wire.get('/v1/signing_keys');
    expect(text).not.toMatch(/"(?:d|p|q|dp|dq|qi|n|privateJwk|publicJwk)":/);
    const headers = { authorization: 'Basic bm9ib2R5Om5vdGhpbmc=' };
    const before = await list();
    const answers = [
      await backend.wire.get('/v1/signing_keys', { headers }),
      await backend.wire.post('/v1/signing_keys/rotate', { compromised: true }, { headers }),
    ];
    expect(answers.map(refused)).toEqual(answers.map(() => [401, 'unauthorized_credentials']));
    const asMember = await backend.wire.post('/v1/signing_keys/rotate', {}, { as: session_token });
    expect(refused(asMember)).toEqual([400, 'member_session_not_supported']);
    expect(refused(await rotate({ compromised: 'yes' }))).toEqual([400, 'bad_request']);
    expect(refused(await rotate({ odd: true }))).toEqual([400, 'bad_request']);
    expect(await list()).toEqual(before);
  });
});
