import { adminRole } from '@muster/contracts';
import { InMemoryKeyStore, sealingKeyId } from '@muster/eventsourcing';
import { newWorld, projectId, refusal, type World } from '../../test/world.ts';

let world: World;
let acme: string;
beforeEach(async () => {
  world = newWorld();
  world.start();
  acme = await world.newOrganization('acme');
});
afterEach(() => world.stop());

const keyOf = (memberId: string) => sealingKeyId({ projectId, organizationId: acme }, memberId);
const erasedIn = async ({ log }: World) =>
  (await log.readAll(0, 10_000)).filter(({ type }) => type === 'member.MemberErased');

const whole = {
  name: 'Canary Lovelace',
  trustedMetadata: { note: 'canary-trusted' },
  untrustedMetadata: { note: 'canary-untrusted' },
  mfaPhoneNumber: '+4915112345678',
  externalId: 'crm-7',
};
const CANARY = /anary|4915112345678|ada@/;

describe('erasing a member', () => {
  it('R54: destroys the key, and leaves a tombstone with nothing of the person', async () => {
    const ada = await world.newMember(acme, whole);
    expect(await world.erase(acme, ada)).toBe('complete');
    expect(await world.keys.destroyed([keyOf(ada)])).toEqual(new Set([keyOf(ada)]));
    expect(await world.lookup.byId(acme, ada)).toMatchObject({
      status: 'erased',
      email: { emailId: '', address: '' },
      name: '',
      trustedMetadata: {},
      erasure: { completed: true },
    });
    expect(JSON.stringify(await world.memberView.get(ada))).not.toMatch(CANARY);
    expect(await refusal(world.queries.get(acme, { memberId: ada }))).toBe('member_not_found');
    expect((await world.queries.dangerouslyGet(ada, true)).member).toMatchObject({
      status: 'deleted',
      email_address: '',
      name: '',
      trusted_metadata: {},
    });
  });

  it('R54: is found by no search', async () => {
    const ada = await world.newMember(acme, whole);
    await world.erase(acme, ada);
    const { members, total } = await world.queries.search([acme], { operands: [], limit: 100 });
    expect([members, total]).toEqual([[], 0]);
    for (const value of ['ada@acme.test', 'crm-7', '+4915112345678'])
      for (const field of ['address', 'externalId', 'phoneNumber'])
        expect(await world.memberView.find({ where: [{ field, anyOf: [value] }], limit: 1 })).toEqual([]);
    const { entries } = await world.entry.discover({ address: 'ada@acme.test', includeEligible: false });
    expect(entries).toEqual([]);
  });

  it('R54: the same address can become a member at once, with a new id and a new key', async () => {
    const ada = await world.newMember(acme, whole);
    await world.erase(acme, ada);
    const again = await world.newMember(acme, whole);
    expect(again).not.toBe(ada);
    expect((await world.queries.get(acme, { emailAddress: 'ada@acme.test' })).member).toMatchObject({
      member_id: again,
      name: 'Canary Lovelace',
      external_id: 'crm-7',
    });
    expect((await world.keys.find([keyOf(again)])).size).toBe(1);
  });

  it('R54: reaches who is pending, invited, deleted or lapsed', async () => {
    const pending = await world.newMember(acme, { pending: true, emailAddress: 'pending@acme.test' });
    const deleted = await world.newMember(acme, { emailAddress: 'deleted@acme.test' });
    await world.members.remove(acme, deleted, null, world.command({ delete: deleted }));
    const invitation = {
      commandId: 'invite',
      organizationId: acme,
      address: 'invited@acme.test',
      name: '',
      roles: [],
      trustedMetadata: {},
      untrustedMetadata: {},
      invitedByMemberId: null,
      expiresAt: '2026-11-24T12:00:00.000Z',
    };
    const { memberId: invited } = await world.invitations.invite(invitation, world.command({ invite: 1 }));
    const expected = {
      commandId: 'expect',
      organizationId: acme,
      address: 'lapsed@acme.test',
      expiresAt: '2026-11-23T12:05:00.000Z',
    };
    const { memberId: lapsed } = await world.admissions.expectMember(expected, world.command({ expect: 1 }));
    world.wait(60);
    for (const memberId of [pending, deleted, invited, lapsed]) {
      expect(await world.erase(acme, memberId)).toBe('complete');
      expect(await world.keys.destroyed([keyOf(memberId)])).toEqual(new Set([keyOf(memberId)]));
    }
  });

  it('R54: reaches the people of an organization that is deleted', async () => {
    const ada = await world.newMember(acme);
    await world.organizationService.remove(acme, world.command({ delete: acme }));
    expect(await world.erase(acme, ada)).toBe('complete');
  });

  it('R54: names every address the member ever had, unlinked ones too, by its keyed hash', async () => {
    const ada = await world.newMember(acme);
    const move = { address: 'ada@lovelace.test', unlinkEmail: true };
    await world.members.update(acme, ada, move, null, world.command({ move: 1 }));
    await world.erase(acme, ada);
    const { lookupHash } = world.dependencies;
    const hashes = ['ada@acme.test', 'ada@lovelace.test'].map((address) =>
      lookupHash(`${projectId}/${acme}`, address),
    );
    const [erased] = await erasedIn(world);
    expect(erased!.data).toEqual({ addressHashes: hashes });
    expect(world.forgetters.applicants).toMatchObject([{ organizationId: acme, addressHashes: hashes }]);
    expect(world.forgetters.members).toEqual([{ organizationId: acme, memberId: ada }]);
  });

  it('R7, R8: the last steward can be erased; the organization is ownerless then', async () => {
    const ada = await world.newMember(acme, { roles: [adminRole] });
    await world.erase(acme, ada);
    expect(await world.stewardship.isOwnerless(acme)).toBe(true);
  });

  it('R54: twice at once is one event', async () => {
    const ada = await world.newMember(acme);
    const answers = await Promise.all(Array.from({ length: 8 }, () => world.erase(acme, ada)));
    expect(new Set(answers)).toEqual(new Set(['complete']));
    expect(await world.erase(acme, ada)).toBe('complete');
    expect(await erasedIn(world)).toHaveLength(1);
    const types = await world.eventTypes();
    expect(types.filter((type) => type === 'member.MemberErasureCompleted')).toHaveLength(1);
  });

  it("attack: another organization's member looks like one that nobody is", async () => {
    const other = await world.newOrganization('other');
    const eve = await world.newMember(other);
    const ghost = eve.slice(0, -12) + '00000000dead';
    for (const memberId of [eve, ghost])
      expect(await refusal(world.erase(acme, memberId))).toBe('member_not_found');
    expect(await erasedIn(world)).toEqual([]);
    expect((await world.queries.get(other, { memberId: eve })).member.email_address).toBe('ada@acme.test');
  });

  it('attack: nobody comes back: neither reactivated, updated nor invited to life', async () => {
    const ada = await world.newMember(acme);
    await world.erase(acme, ada);
    const { members } = world;
    expect(await refusal(members.reactivate(acme, ada, world.command({ reactivate: 1 })))).toBe(
      'no_deleted_member_found_for_reactivation',
    );
    expect(await refusal(members.update(acme, ada, { name: 'Eve' }, null, world.command({ name: 1 })))).toBe(
      'member_not_found',
    );
    expect(await refusal(members.remove(acme, ada, null, world.command({ delete: 1 })))).toBe(
      'member_not_found',
    );
  });
});

describe('an erasure that was interrupted', () => {
  it('R54: is finished by the next start', async () => {
    const ada = await world.newMember(acme);
    await world.erasures.erase(acme, ada, world.command({ erase: ada }));
    expect(await world.keys.destroyed([keyOf(ada)])).toEqual(new Set());
    await world.newReactor().completeOpen();
    expect(await world.keys.destroyed([keyOf(ada)])).toEqual(new Set([keyOf(ada)]));
    expect(await world.lookup.byId(acme, ada)).toMatchObject({ erasure: { completed: true } });
  });

  it('R54: says that it is pending while another service does not answer, but the key is gone', async () => {
    const ada = await world.newMember(acme);
    world.forgetters.reachable = false;
    expect(await world.erase(acme, ada)).toBe('pending');
    expect(await world.keys.destroyed([keyOf(ada)])).toEqual(new Set([keyOf(ada)]));
    const failures: string[] = [];
    await world.newReactor(world.keys, (what) => failures.push(what)).completeOpen();
    expect(failures).toEqual([`erasing ${ada}`]);
    world.forgetters.reachable = true;
    await world.newReactor().completeOpen();
    expect(await world.erase(acme, ada)).toBe('complete');
  });

  it('R54: keys that an older copy of the key store brings back go again', async () => {
    const [ada, ben] = [
      await world.newMember(acme),
      await world.newMember(acme, { emailAddress: 'ben@b.test' }),
    ];
    await world.erase(acme, ada);
    const restored = new InMemoryKeyStore();
    await restored.ensure(keyOf(ada));
    const kept = await restored.ensure(keyOf(ben));
    await world.newReactor(restored).reconcile();
    expect(await restored.destroyed([keyOf(ada), keyOf(ben)])).toEqual(new Set([keyOf(ada)]));
    expect(await restored.ensure(keyOf(ben))).toBe(kept);
  });
});
