import { UnavailableError } from '@muster/kernel';
import { until } from '@muster/testkit';
import { acmeRule } from '../testing/decision-table.ts';
import { Provisioning } from '../testing/provisioning-rig.ts';

const unavailable = new UnavailableError('organization');
const before = '2026-11-23T09:00:00.000Z';
const afterTheGrace = '2026-11-23T09:00:30.000Z';
const withinTheGrace = '2026-11-23T09:00:29.999Z';

describe('R36: grants that a crash left half done', () => {
  let acme: Provisioning;
  beforeEach(() => {
    acme = new Provisioning({}, { cap: 1 });
    acme.startViews();
  });
  afterEach(() => acme.stopViews());

  /** Ada is granted admission, and the process dies before or after the organization has heard of it. */
  const crash = async (when: 'before' | 'after') => {
    acme.organizations.failNext(when, unavailable);
    await expect(acme.knock('ada@acme.test')).rejects.toThrow(UnavailableError);
    acme.now = afterTheGrace;
  };

  it('dead before the member was there: the member comes to be, once', async () => {
    await crash('before');
    expect(acme.activeMembers()).toStrictEqual([]);
    await acme.reactor().driveOpen();
    await acme.reactor().driveOpen();
    expect(acme.activeMembers()).toStrictEqual(['ada@acme.test']);
    expect(await acme.history()).toStrictEqual(['AdmissionGranted rule_admits', 'AdmissionSettled']);
  });

  it('dead after the member was there: that is found out, and nobody is created twice', async () => {
    await crash('after');
    await acme.reactor().driveOpen();
    expect(acme.activeMembers()).toStrictEqual(['ada@acme.test']);
    expect(await acme.history()).toStrictEqual(['AdmissionGranted rule_admits', 'AdmissionSettled']);
    const memberIds = new Set(acme.organizations.asked.map(({ memberId }) => memberId));
    expect(memberIds.size).toBe(1);
  });

  it('R34: leak no place where the policy changed since', async () => {
    await crash('before');
    acme.organizations.changePolicy({});
    await acme.reactor().driveOpen();
    expect(await acme.history()).toStrictEqual([
      'AdmissionGranted rule_admits',
      'AdmissionWithdrawn policy_changed',
    ]);
    expect(await acme.knock('bob@acme.test')).toMatchObject({ outcome: 'admitted' });
  });

  it('R34: take no second place where the flow asks again as well', async () => {
    await crash('before');
    await Promise.all([acme.reactor().driveOpen(), acme.knock('ada@acme.test')]);
    expect(acme.activeMembers()).toStrictEqual(['ada@acme.test']);
    expect(await acme.history()).toStrictEqual(['AdmissionGranted rule_admits', 'AdmissionSettled']);
    expect(await acme.knock('bob@acme.test')).toMatchObject({ reasons: [{ code: 'rule_is_full' }] });
  });

  it('stay open while the organization cannot be reached, and are tried again', async () => {
    await crash('before');
    acme.organizations.failNext('before', unavailable);
    await acme.reactor().driveOpen();
    expect(acme.failures).toHaveLength(1);
    await acme.reactor().driveOpen();
    expect(acme.activeMembers()).toStrictEqual(['ada@acme.test']);
  });

  it('are left to a flow that may still be alive', async () => {
    await crash('before');
    acme.now = withinTheGrace;
    await acme.reactor().driveOpen();
    expect(acme.activeMembers()).toStrictEqual([]);
    acme.now = afterTheGrace;
    await acme.reactor().driveOpen();
    expect(acme.activeMembers()).toStrictEqual(['ada@acme.test']);
  });

  it('R54: are withdrawn where the person was erased meanwhile', async () => {
    await crash('before');
    await acme.erase(acme.organizations.asked[0]!.memberId);
    await acme.reactor().driveOpen();
    expect(await acme.history()).toContain('AdmissionWithdrawn applicant_erased');
    expect(acme.activeMembers()).toStrictEqual([]);
  });

  it('R32: put an approved join request before a steward again where they come to nothing', async () => {
    acme.organizations.replaceRules({ ...acmeRule, mode: 'approve' });
    await acme.knock('ada@acme.test');
    acme.organizations.failNext('before', unavailable);
    const ruling = await acme.ruling('ada@acme.test', 'approve-1');
    await expect(acme.joinRequests.approve(ruling)).rejects.toThrow(UnavailableError);
    acme.organizations.changePolicy({});
    acme.now = afterTheGrace;
    await acme.reactor().driveOpen();
    const { organizationId } = acme.organizations.organization;
    const { items } = await acme.joinRequestQueries.list({ organizationId, limit: 10 });
    expect(items.map(({ document }) => document.status)).toStrictEqual(['pending']);
    await acme.joinRequests.approve(await acme.ruling('ada@acme.test', 'approve-2'));
    expect(acme.activeMembers()).toStrictEqual(['ada@acme.test']);
  });

  it('are looked for at the start and from then on', async () => {
    await crash('before');
    const reactor = acme.reactor(1);
    reactor.start();
    await until('the first to be a member', async () => acme.activeMembers()[0]);
    acme.organizations.replaceRules({ ...acmeRule, cap: 2 });
    acme.now = before;
    acme.organizations.failNext('before', unavailable);
    await expect(acme.knock('bob@acme.test')).rejects.toThrow(UnavailableError);
    acme.now = afterTheGrace;
    await until('the second to be a member', async () => acme.activeMembers()[1]);
    await reactor.stop();
    expect(acme.activeMembers()).toStrictEqual(['ada@acme.test', 'bob@acme.test']);
  });
});
