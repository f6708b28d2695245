import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SqliteEventLog, SqliteKeyStore } from '@muster/event-log-sqlite';
import type { KeyStore } from '@muster/eventsourcing';
import { MongoKeyStore } from '@muster/key-store-mongo';
import { Keyring } from '@muster/nest-kit';
import { itInFiles, until } from '@muster/testkit';
import { boxOf, openBox } from '../../libs/eventsourcing/src/sealed-box.ts';
import { Backend, granted, refused } from './backend.ts';

/** Files of the data directory that hold one of the texts. The mailbox for development is a person's mail itself. */
const filesWith = (backend: Backend, texts: readonly string[]): readonly string[] =>
  readdirSync(backend.muster.dataDirectory, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => texts.some((text) => readFileSync(file).includes(text)));

const openKeys = ({ muster }: Backend, masterKey: Uint8Array): Promise<KeyStore> =>
  muster.mongoUrl === undefined
    ? SqliteKeyStore.open(join(muster.dataDirectory, 'keys.db'), { masterKey })
    : MongoKeyStore.open(muster.mongoUrl, { masterKey });

/** All that can be opened in the log with the keys there are, as text, by the id of the key. */
const opened = async (backend: Backend): Promise<readonly (readonly [keyId: string, text: string])[]> => {
  const { dataDirectory } = backend.muster;
  const { masterKey } = JSON.parse(readFileSync(join(dataDirectory, 'development.json'), 'utf8'));
  const { wrappingKey } = new Keyring(Buffer.from(masterKey, 'base64'));
  const log = await SqliteEventLog.open(join(dataDirectory, 'log.db'));
  const keys = await openKeys(backend, wrappingKey);
  const found: [string, string][] = [];
  for (const event of await log.readAll(0, 100_000)) {
    const sealed = boxOf(event.data);
    const key = sealed && (await keys.find([sealed.key])).get(sealed.key);
    if (sealed && key) found.push([sealed.key, JSON.stringify(openBox(key, sealed.box, event))]);
  }
  expect(await log.verify()).toMatchObject({ ok: true });
  await Promise.all([log.close(), keys.close()]);
  return found;
};

const keysThatOpen = async (backend: Backend, texts: readonly string[]): Promise<readonly string[]> => [
  ...new Set(
    (await opened(backend))
      .filter(([, text]) => texts.some((part) => text.includes(part)))
      .map(([keyId]) => keyId),
  ),
];

const erase = (backend: Backend, organizationId: string, memberId: string) =>
  backend.wire.post(`/v1/b2b/organizations/${organizationId}/members/${memberId}/erase`, {});

describe('a person who is erased', () => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await Backend.start({ env: { MUSTER_LOG_LEVEL: 'debug' } });
  }, 60_000);
  afterAll(() => backend?.stop());

  /** Somebody with all that can be said of a member, logged in, with a session, a link and a move under way. */
  const whole = async (canary: string) => {
    const address = `${canary}@secret-garden.example`;
    const { organization_id } = await backend.organization();
    const { member_id } = await backend.member(organization_id, `${canary}-old@secret-garden.example`, {
      name: `${canary} McFeather`,
      trusted_metadata: { plan: `${canary}-trusted` },
      untrusted_metadata: { note: `${canary}-untrusted` },
      mfa_phone_number: '+4915123456789',
      external_id: 'crm-7',
    });
    const path = `/v1/b2b/organizations/${organization_id}/members/${member_id}`;
    granted(await backend.wire.put(path, { email_address: address }));
    const person = backend.person(address);
    granted(await person.askForLink(organization_id));
    const magic_links_token = await backend.muster.mailbox.linkToken(address);
    const claims = { session_custom_claims: { nest: `${canary}-claim` } };
    const { session_token, session_jwt } = granted(
      await backend.wire.post('/v1/b2b/magic_links/authenticate', { magic_links_token, ...claims }),
    );
    granted(
      await backend.wire.post(`${path}/start_email_update`, { email_address: `${canary}-new@b.example` }),
    );
    granted(await person.askForLink(organization_id));
    const openLink = await backend.muster.mailbox.linkToken(address);
    return { organization_id, member_id, address, person, session_token, session_jwt, openLink };
  };

  it('R54: is in no byte of any file, opens with no key, and is told by nothing', async () => {
    const canary = 'thecanary';
    const texts = [canary, '4915123456789'];
    const { organization_id, member_id, address, ...held } = await whole(canary);
    granted(await backend.check(held.session_token));
    expect(filesWith(backend, texts)).not.toEqual([]);
    expect(await keysThatOpen(backend, texts)).toHaveLength(1);

    const answers = await Promise.all(
      Array.from({ length: 5 }, () => erase(backend, organization_id, member_id)),
    );
    for (const answer of answers) expect(granted(answer)).toMatchObject({ member_id, erasure: 'complete' });

    expect(filesWith(backend, texts)).toEqual([]);
    expect(await keysThatOpen(backend, texts)).toEqual([]);
    expect(texts.filter((text) => backend.muster.log.includes(text))).toEqual([]);

    const { session_token, session_jwt, openLink, person } = held;
    expect(refused(await backend.check(session_token))).toEqual([404, 'session_not_found']);
    expect(refused(await backend.wire.post('/v1/b2b/sessions/authenticate', { session_jwt }))).toEqual([
      404,
      'session_not_found',
    ]);
    const redeem = { magic_links_token: openLink };
    expect((await backend.wire.post('/v1/b2b/magic_links/authenticate', redeem)).status).toBe(401);
    expect((await backend.memberAt(organization_id, address)).status).toBe(404);
    const search = { organization_ids: [organization_id], query: { operator: 'AND', operands: [] } };
    expect(granted(await backend.wire.post('/v1/b2b/organizations/members/search', search)).members).toEqual(
      [],
    );
    const feed = granted(await backend.wire.get('/v1/events?after=0&limit=1000'));
    expect(JSON.stringify(feed)).not.toContain(canary);
    const told = feed.events.filter((event: { type: string }) => event.type === 'muster.member.erased.v1');
    expect(told).toMatchObject([{ data: { member_id } }]);

    // E24: what is built anew from the log as it is now is what the live view holds.
    const view = '/v1/projections/organization-members';
    granted(await backend.wire.post(`${view}/verify`, {}));
    const verification = await until('the view to be verified', async () => {
      const { projection } = granted(await backend.wire.get(view));
      return projection.verification?.state === 'done' ? projection.verification : undefined;
    });
    expect(verification).toMatchObject({ equal: true, difference: null });

    const again = await backend.member(organization_id, address, { external_id: 'crm-7' });
    expect(again.member_id).not.toBe(member_id);
    expect((await person.logInByCode(organization_id)).member_id).toBe(again.member_id);
    granted(await erase(backend, organization_id, again.member_id));
    await backend.muster.restart();
    expect(filesWith(backend, texts)).toEqual([]);
    expect(await keysThatOpen(backend, texts)).toEqual([]);
  }, 60_000);

  itInFiles(
    'R54: is erased after a plain deletion too, and an older copy of the keys brings nobody back',
    async () => {
      const canary = 'laterbird';
      const { organization_id, member_id } = await whole(canary);
      granted(await backend.wire.delete(`/v1/b2b/organizations/${organization_id}/members/${member_id}`));
      await backend.muster.kill('SIGTERM');
      const copy = join(backend.muster.dataDirectory, '..', 'keys-backup.db');
      cpSync(join(backend.muster.dataDirectory, 'keys.db'), copy);
      await backend.muster.restart();
      granted(await erase(backend, organization_id, member_id));
      expect(await keysThatOpen(backend, [canary])).toEqual([]);

      await backend.muster.kill('SIGTERM');
      cpSync(copy, join(backend.muster.dataDirectory, 'keys.db'));
      expect(await keysThatOpen(backend, [canary])).toHaveLength(1);
      await backend.muster.restart();
      await until('the key to go again', async () =>
        (await keysThatOpen(backend, [canary])).length === 0 ? true : undefined,
      );
      expect(granted(await erase(backend, organization_id, member_id))).toMatchObject({
        erasure: 'complete',
      });
    },
    60_000,
  );

  it('R54: an applicant who became no member goes by address; what discovery sealed goes by itself', async () => {
    const canary = 'knockingbird';
    const person = backend.person(`${canary}@secret-garden.example`);
    const { organization_id } = await backend.organization();
    const intermediate = await person.prove();
    expect((await person.enter(intermediate, organization_id)).status).not.toBe(200);
    expect(await backend.admissions(organization_id)).toMatchObject([{ email_address: person.address }]);

    const path = `/v1/b2b/organizations/${organization_id}/applicants/erase`;
    const sent = { email_address: person.address };
    expect(granted(await backend.wire.post(path, sent))).toMatchObject({ erasure: 'complete' });
    expect(await backend.admissions(organization_id)).toMatchObject([
      { email_address: null, outcome: 'refused' },
    ]);
    const rest = await keysThatOpen(backend, [canary]);
    expect(rest.map((keyId) => keyId.split('/')[1])).toEqual(rest.map(() => '_'));
    expect(rest).not.toEqual([]);

    backend.muster.clock.advance({ days: 9 });
    await backend.muster.restart();
    // A start looks through the days of two years, one after the other: a MongoDB is asked some 1,400 times.
    await until(
      'the flows to age out',
      async () => ((await keysThatOpen(backend, [canary])).length === 0 ? true : undefined),
      60_000,
    );
  }, 120_000);
});
