import { Provisioning } from '../../testing/provisioning-rig.ts';

describe('who would like to join', () => {
  let acme: Provisioning;
  const organizationId = 'organization-test-00000000-0000-7000-8000-0000000000ac';
  const projectId = 'project-test-00000000-0000-7000-8000-000000000001';
  beforeEach(async () => {
    acme = new Provisioning({}, { mode: 'approve' });
    acme.startViews();
    for (const address of ['ada@acme.test', 'bob@acme.test', 'cat@acme.test']) await acme.knock(address);
  });
  afterEach(() => acme.stopViews());

  const statuses = async () => {
    const { items } = await acme.joinRequestQueries.list({ organizationId, limit: 10 });
    return Object.fromEntries(items.map(({ address, document }) => [address, document.status]));
  };

  it('R32: waits until somebody decides', async () => {
    await acme.joinRequests.approve(await acme.ruling('ada@acme.test', 'approve-1'));
    await acme.joinRequests.deny(await acme.ruling('bob@acme.test', 'deny-1'));
    expect(await statuses()).toStrictEqual({
      'ada@acme.test': 'approved',
      'bob@acme.test': 'denied',
      'cat@acme.test': 'pending',
    });
  });

  it('is found by status, in pages', async () => {
    await acme.joinRequests.deny(await acme.ruling('bob@acme.test', 'deny-1'));
    const search = { organizationId, status: 'pending', limit: 1 } as const;
    const first = await acme.joinRequestQueries.list(search);
    const second = await acme.joinRequestQueries.list({ ...search, cursor: first.nextCursor! });
    expect([first.total, second.nextCursor]).toStrictEqual([2, null]);
    const found = [...first.items, ...second.items].map(({ address }) => address);
    expect(new Set(found)).toStrictEqual(new Set(['ada@acme.test', 'cat@acme.test']));
  });

  it('is told with the member that came of it, who decided, and when', async () => {
    acme.now = '2026-11-24T09:00:00.000Z';
    await acme.joinRequests.approve(await acme.ruling('ada@acme.test', 'approve-1'));
    const id = acme.joinRequestIds.get('ada@acme.test')!;
    const found = await acme.joinRequestQueries.get({ projectId, organizationId }, id);
    expect(found).toMatchObject({
      address: 'ada@acme.test',
      document: {
        status: 'approved',
        requestedAt: '2026-11-23T09:00:00.000Z',
        decidedAt: '2026-11-24T09:00:00.000Z',
        decidedBy: 'member:steward',
        memberId: acme.organizations.members.get('ada@acme.test')!.memberId,
      },
    });
  });

  it('waits again, with nobody having decided, when it was asked again', async () => {
    await acme.joinRequests.deny(await acme.ruling('bob@acme.test', 'deny-1'));
    await acme.knock('bob@acme.test', { flowId: 'flow-2' });
    const id = acme.joinRequestIds.get('bob@acme.test')!;
    const found = await acme.joinRequestQueries.get({ projectId, organizationId }, id);
    expect(found!.document).toMatchObject({ status: 'pending', decidedAt: null, decidedBy: null });
  });

  it('I2: is not there under another organization', async () => {
    const id = acme.joinRequestIds.get('ada@acme.test')!;
    const elsewhere = { projectId, organizationId: 'organization-other' };
    expect(await acme.joinRequestQueries.get(elsewhere, id)).toBeUndefined();
    const { items } = await acme.joinRequestQueries.list({ ...elsewhere, limit: 10 });
    expect(items).toStrictEqual([]);
  });
});
