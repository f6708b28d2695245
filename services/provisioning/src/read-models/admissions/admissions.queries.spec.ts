import { UnavailableError } from '@muster/kernel';
import { Provisioning } from '../../testing/provisioning-rig.ts';

describe('what was decided', () => {
  let acme: Provisioning;
  const organizationId = 'organization-test-00000000-0000-7000-8000-0000000000ac';
  beforeEach(() => {
    acme = new Provisioning({}, { cap: 2 }, { ruleId: 'rule-de', matcher: { type: 'any_connection' } });
    acme.startViews();
  });
  afterEach(() => acme.stopViews());

  const list = (search: object = {}) => acme.admissionQueries.list({ organizationId, limit: 10, ...search });
  const addresses = async (search: object = {}) => (await list(search)).items.map(({ address }) => address);

  it('R36: is told with its address, its inputs and its end', async () => {
    await acme.knock('ada@acme.test');
    const { items, total, nextCursor } = await list();
    expect([total, nextCursor]).toStrictEqual([1, null]);
    expect(items[0]).toMatchObject({
      address: 'ada@acme.test',
      document: {
        outcome: 'admitted',
        door: 'jit_rule',
        ruleId: 'rule-acme',
        decidedAt: '2026-11-23T09:00:00.000Z',
        inputs: { admitted: 0, organization: { revision: 7, rulesVersion: 3 } },
        settled: true,
        withdrawnBecause: null,
      },
    });
  });

  it('R36: tells of who was refused, and makes no member of them', async () => {
    await acme.knock('eve@evil.test');
    const { items } = await list();
    expect(items[0]!.document).toMatchObject({ outcome: 'refused', memberId: null, ruleId: null });
    expect(items[0]!.address).toBe('eve@evil.test');
  });

  it('R36: tells that a grant came to nothing, and what was decided after', async () => {
    acme.organizations.beforeNextAdmission(() => acme.organizations.changePolicy({ jitRules: [] }));
    await acme.knock('ada@acme.test');
    const { items } = await list();
    expect(items.map(({ document }) => [document.outcome, document.withdrawnBecause])).toStrictEqual([
      ['admitted', 'policy_changed'],
      ['refused', null],
    ]);
  });

  it('R36: is open only as long as the end of a grant is not known', async () => {
    const open = async () => {
      const outcomes: string[] = [];
      for await (const page of acme.admissionQueries.open())
        outcomes.push(...page.map(({ outcome }) => outcome));
      return outcomes;
    };
    await acme.knock('bob@acme.test');
    await acme.knock('eve@evil.test');
    acme.organizations.failNext('before', new UnavailableError('organization'));
    await expect(acme.knock('ada@acme.test')).rejects.toThrow(UnavailableError);
    expect(await open()).toStrictEqual(['admitted']);
    acme.organizations.changePolicy({ jitRules: [] });
    expect(await acme.knock('ada@acme.test')).toMatchObject({ outcome: 'refused' });
    expect(await open()).toStrictEqual([]);
  });

  it('is found by outcome and by rule', async () => {
    for (const address of ['ada@acme.test', 'bob@acme.test', 'cat@acme.test', 'eve@evil.test'])
      await acme.knock(address);
    expect(await addresses({ outcome: 'admitted' })).toStrictEqual(['ada@acme.test', 'bob@acme.test']);
    expect(await addresses({ outcome: 'refused', ruleId: 'rule-acme' })).toStrictEqual(['cat@acme.test']);
    expect(await addresses({ ruleId: 'rule-de' })).toStrictEqual([]);
  });

  it('comes in pages, oldest first, each entry once', async () => {
    for (const address of ['ada@acme.test', 'bob@acme.test', 'cat@acme.test']) await acme.knock(address);
    const first = await list({ limit: 2 });
    expect(first.items.map(({ address }) => address)).toStrictEqual(['ada@acme.test', 'bob@acme.test']);
    expect(first.total).toBe(3);
    const second = await list({ limit: 2, cursor: first.nextCursor! });
    expect(second.items.map(({ address }) => address)).toStrictEqual(['cat@acme.test']);
    expect(second.nextCursor).toBeNull();
  });

  it('refuses a cursor that was not handed out', async () => {
    await expect(list({ cursor: 'bm9uc2Vuc2U' })).rejects.toMatchObject({ code: 'invalid_cursor' });
  });

  it('I2: is not found under another organization', async () => {
    const { admissionId } = await acme.knock('ada@acme.test');
    expect(await acme.admissionQueries.get(organizationId, admissionId)).toBeDefined();
    expect(await acme.admissionQueries.get('organization-other', admissionId)).toBeUndefined();
    expect(await addresses({ organizationId: 'organization-other' })).toStrictEqual([]);
  });

  it('R54: has lost the address of who was erased, and nothing else', async () => {
    const decision = await acme.knock('ada@acme.test');
    await acme.knock('bob@acme.test');
    await acme.erase((decision as { memberId: string }).memberId);
    expect(await addresses()).toStrictEqual([null, 'bob@acme.test']);
    expect((await list()).items[0]!.document.inputs.applicant.emailDomain).toBe('acme.test');
  });

  it('R54: keeps no address in the view itself', async () => {
    const { admissionId } = await acme.knock('ada@acme.test');
    const found = await acme.admissionQueries.get(organizationId, admissionId);
    expect(JSON.stringify(found!.document)).not.toContain('ada');
  });
});
