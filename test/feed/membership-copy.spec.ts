import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWithNats, type Muster, NatsServer, startMuster, type WireClient } from '@muster/testkit';
import { Random } from '../history/random.ts';
import { generateYear } from '../history/year.ts';
import { DoomedFollower } from './doomed-follower.ts';
import { membersOf, organizationIds } from './membership.ts';

/** The same over each of the ways there are. */
const copies = (start: () => Promise<NatsServer | undefined>) => {
  const scratch = mkdtempSync(join(tmpdir(), 'muster-feed-'));
  const dataDirectory = join(scratch, 'data');
  const random = new Random(11);
  let nats: NatsServer | undefined;
  let muster: Muster;
  let wire: WireClient;
  let follower: DoomedFollower;

  const granted = async (answering: ReturnType<WireClient['post']>) => {
    const { status, body, text } = await answering;
    if (status !== 200) throw new Error(`answered ${status}: ${text}`);
    return body;
  };
  const head = async (): Promise<number> => (await granted(wire.get('/v1/events?limit=1'))).head;
  const path = (organizationId: string, rest = '') => `/v1/b2b/organizations/${organizationId}${rest}`;
  const add = async (organizationId: string, email_address: string, fields: object = {}): Promise<string> =>
    (await granted(wire.post(path(organizationId, '/members'), { email_address, ...fields }))).member_id;
  const logIn = async (organization_id: string, email_address: string) => {
    await granted(wire.post('/v1/b2b/magic_links/email/login_or_signup', { organization_id, email_address }));
    const magic_links_token = await muster.mailbox.linkToken(email_address);
    await granted(wire.post('/v1/b2b/magic_links/authenticate', { magic_links_token }));
  };
  /** What the copy and the organization service say of every member there is. */
  const both = async () => {
    const at = muster.clock.now().toISOString();
    const ids = await organizationIds(wire);
    const theirs: Record<string, object> = {};
    const copied: Record<string, object> = {};
    for (const id of ids) {
      theirs[id] = Object.fromEntries(await membersOf(wire, id));
      copied[id] = Object.fromEntries(follower.members(id, at));
    }
    return { theirs, copied };
  };

  beforeAll(async () => {
    await generateYear({ dataDirectory, events: 8_000, seed: 21 });
    nats = await start();
    const bus = nats ? { nats: nats.url } : {};
    const env: Record<string, string> = nats ? { MUSTER_NATS_URL: nats.url } : {};
    muster = await startMuster({ dataDirectory, env });
    wire = muster.wire();
    const file = join(scratch, 'copy.db');
    follower = new DoomedFollower({ muster, file, random, eventsPerLife: 700, eventsPerPage: 40, ...bus });
  }, 120_000);
  afterAll(async () => {
    await follower?.stop();
    await muster?.stop();
    await nats?.stop();
    rmSync(scratch, { recursive: true, force: true });
  });

  it('is equal after a year of history, though its follower was killed again and again', async () => {
    const end = await head();
    await follower.reach(Math.floor(end / 2));
    nats?.deleteStore();
    await nats?.restart();
    await follower.reach(end);
    expect(follower.kills).toBeGreaterThan(3);
    const { theirs, copied } = await both();
    expect(Object.values(theirs).flatMap((members) => Object.keys(members)).length).toBeGreaterThan(100);
    expect(copied).toEqual(theirs);
  }, 120_000);

  it('goes on through everything that can become of a member, and a killed server', async () => {
    const names = { organization_name: 'Copied', organization_slug: 'copied' };
    const { organization } = await granted(wire.post('/v1/b2b/organizations', names));
    const id: string = organization.organization_id;
    const gone = await granted(
      wire.post('/v1/b2b/organizations', { organization_name: 'Gone', organization_slug: 'gone' }),
    );
    await add(gone.organization.organization_id, 'lost@gone.example');
    const assignments = [{ domain: 'copied.example', role_id: 'stytch_admin' }];
    await granted(wire.put(path(id), { rbac_email_implicit_role_assignments: assignments }));
    const leaver = await add(id, 'leaver@copied.example');
    const back = await add(id, 'back@copied.example');
    const erased = await add(id, 'erased@copied.example', { roles: ['stytch_admin'] });
    await add(id, 'waiting@copied.example', { create_member_as_pending: true });
    await granted(
      wire.post('/v1/b2b/magic_links/email/invite', {
        organization_id: id,
        email_address: 'i@copied.example',
      }),
    );
    await logIn(id, 'back@copied.example');

    await muster.kill('SIGKILL');
    await muster.restart();

    await granted(wire.delete(path(id, `/members/${leaver}`)));
    await granted(wire.delete(path(id, `/members/${back}`)));
    await granted(wire.put(path(id, `/members/${back}/reactivate`)));
    await granted(wire.post(path(id, `/members/${erased}/erase`)));
    await granted(wire.delete(path(gone.organization.organization_id)));

    await follower.reach(await head());
    const { theirs, copied } = await both();
    expect(copied).toEqual(theirs);
    const here = Object.values(copied[id]!) as { status: string; roles: string[] }[];
    expect(here.map(({ status }) => status).toSorted()).toEqual(['active', 'deleted', 'invited', 'pending']);
    expect(copied[id]).toMatchObject({
      [back]: { status: 'active', roles: ['stytch_admin', 'stytch_member'] },
      [leaver]: { status: 'deleted', roles: [] },
    });
    expect(copied).not.toHaveProperty(gone.organization.organization_id);
  }, 120_000);

  it('ends with time what nobody else ends', async () => {
    const names = { organization_name: 'Brief', organization_slug: 'brief' };
    const { organization } = await granted(wire.post('/v1/b2b/organizations', names));
    const id: string = organization.organization_id;
    const jit = { email_allowed_domains: ['brief.example'], email_jit_provisioning: 'RESTRICTED' };
    await granted(wire.put(path(id), jit));
    const rule = { matcher: { type: 'any_listed_email_domain' }, mode: 'auto', membership_days: 3 };
    await granted(wire.put(path(id, '/jit_rules'), { rules: [rule] }));
    await logIn(id, 'contractor@brief.example');
    await granted(
      wire.post('/v1/b2b/magic_links/email/login_or_signup', {
        organization_id: id,
        email_address: 'undecided@brief.example',
      }),
    );
    await follower.reach(await head());
    const statuses = async () => {
      const { theirs, copied } = await both();
      expect(copied).toEqual(theirs);
      return Object.values(copied[id]!).map((member) => (member as { status: string }).status);
    };
    expect((await statuses()).toSorted()).toEqual(['active', 'pending']);
    muster.clock.advance({ days: 1 });
    expect(await statuses()).toEqual(['active']);
    muster.clock.advance({ days: 3 });
    expect(await statuses()).toEqual([]);
  }, 60_000);
};

describe('E31: a copy of the membership, made over HTTP', () => {
  copies(async () => undefined);
});

// Messages are doubled, delayed, reordered and lost on the way, and JetStream loses its files in the middle.
describeWithNats('E31: a copy of the membership, made over NATS', 'own', () => {
  copies(() => NatsServer.start());
});
