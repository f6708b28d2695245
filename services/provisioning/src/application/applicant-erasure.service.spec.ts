import { InMemoryKeyStore, sealingKeyId } from '@muster/eventsourcing';
import { context, projectId, Provisioning } from '../testing/provisioning-rig.ts';

let acme: Provisioning;
const begin = (mode: 'off' | 'approve' | 'auto') => {
  acme = new Provisioning({}, { mode });
  acme.startViews();
};
afterEach(() => acme.stopViews());

const organizationId = () => acme.organizations.organization.organizationId;
const addressesOf = async () =>
  (await acme.admissionQueries.list({ organizationId: organizationId(), limit: 100 })).items.map(
    ({ address }) => address,
  );
const eraseAddress = (address: string, commandId = 'erase-1') =>
  acme.erasures.eraseAddress(organizationId(), address, acme.command(commandId));
const hashOf = (address: string) => acme.dependencies.lookupHash(`${projectId}/${organizationId()}`, address);
const erasedIds = async () => {
  const decoded = await acme.codec.decode(await acme.log.readAll(0, 1_000));
  return decoded.flatMap(({ event }) =>
    event.type === 'ApplicantErased' ? (event.data['memberIds'] as string[]) : [],
  );
};
const keyOf = (memberId: string) => sealingKeyId({ projectId, organizationId: organizationId() }, memberId);

describe('erasing an applicant', () => {
  it("R54: makes every refused application of the address unreadable, and nobody else's", async () => {
    begin('off');
    for (const flowId of ['flow-1', 'flow-2']) await acme.knock('ada@acme.test', { flowId });
    await acme.knock('ben@acme.test');
    await eraseAddress('ADA@acme.test');
    expect(await addressesOf()).toEqual([null, null, 'ben@acme.test']);
    const ids = await erasedIds();
    expect(ids).toHaveLength(2);
    expect(await acme.keys.destroyed(ids.map(keyOf))).toEqual(new Set(ids.map(keyOf)));
  });

  it('R54: a request to join goes too, and waits for nobody any more', async () => {
    begin('approve');
    await acme.knock('ada@acme.test');
    await eraseAddress('ada@acme.test');
    const { items } = await acme.joinRequestQueries.list({ organizationId: organizationId(), limit: 10 });
    expect(items).toMatchObject([{ address: null, document: { status: 'denied', memberId: null } }]);
    expect(acme.notices).toEqual([]);
  });

  it('R54: who applies again afterwards is decided on, and readable, like anybody', async () => {
    begin('approve');
    await acme.knock('ada@acme.test', { flowId: 'flow-1' });
    await eraseAddress('ada@acme.test');
    await acme.knock('ada@acme.test', { flowId: 'flow-2' });
    expect(await addressesOf()).toEqual([null, 'ada@acme.test']);
    await acme.joinRequests.approve(await acme.ruling('ada@acme.test', 'approve-1'));
    expect(acme.activeMembers()).toEqual(['ada@acme.test']);
  });

  it('R54: leaves members alone: they are erased by their id', async () => {
    begin('auto');
    await acme.knock('ada@acme.test');
    await eraseAddress('ada@acme.test');
    expect(await addressesOf()).toEqual(['ada@acme.test']);
    expect(await erasedIds()).toEqual([]);
  });

  it('R54: an erased member is asked for by hash, and the same asked again is harmless', async () => {
    begin('off');
    await acme.knock('ada@acme.test');
    const addressHashes = [hashOf('ada@acme.test'), hashOf('ada@lovelace.test')];
    for (let time = 1; time <= 2; time++)
      await acme.erasures.eraseOf(
        { commandId: 'erase-ada', organizationId: organizationId(), addressHashes },
        context,
      );
    expect(await addressesOf()).toEqual([null]);
    expect(await erasedIds()).toHaveLength(1);
  });

  it('R54: keeps nothing personal about it', async () => {
    begin('off');
    await acme.knock('ada@acme.test');
    await eraseAddress('ada@acme.test');
    expect(JSON.stringify(await acme.log.readAll(0, 1_000))).not.toContain('ada@');
  });

  it('says where an address is none', async () => {
    begin('off');
    await expect(eraseAddress('nobody')).rejects.toMatchObject({ code: 'invalid_email' });
  });
});

describe('at the next start', () => {
  it('R54: keys that an older copy of the key store brings back go again', async () => {
    begin('off');
    await acme.knock('ada@acme.test');
    await acme.knock('ben@acme.test');
    await eraseAddress('ada@acme.test');
    const [ada] = await erasedIds();
    const restored = new InMemoryKeyStore();
    await restored.ensure(keyOf(ada!));
    const other = await restored.ensure(keyOf('somebody-else'));
    await acme.erasureReactor(restored).reconcile();
    expect(await restored.destroyed([keyOf(ada!)])).toEqual(new Set([keyOf(ada!)]));
    expect(await restored.ensure(keyOf('somebody-else'))).toBe(other);
  });
});
