import { UnavailableError } from '@muster/kernel';
import { acmeRule } from '../testing/decision-table.ts';
import { Provisioning } from '../testing/provisioning-rig.ts';

const byApproval = { mode: 'approve', cap: 2, roles: ['editor'] } as const;

const asked = async () => {
  const acme = new Provisioning({}, byApproval);
  await acme.knock('ada@acme.test');
  return acme;
};
const approve = async (acme: Provisioning, commandId = 'approve-1') =>
  acme.joinRequests.approve(await acme.ruling('ada@acme.test', commandId));
const deny = async (acme: Provisioning, commandId = 'deny-1') =>
  acme.joinRequests.deny(await acme.ruling('ada@acme.test', commandId));

const refusal = (code: string) => expect.objectContaining({ code });

describe('R32: who knocks at a rule that leaves it to a steward', () => {
  it('has asked to join, and is nobody yet', async () => {
    const acme = new Provisioning({}, byApproval);
    expect(await acme.knock('ada@acme.test')).toStrictEqual({
      outcome: 'join_requested',
      admissionId: 'admission-test-00000000-0000-7000-8000-000000000001',
      joinRequestId: expect.stringMatching(/^join-request-test-[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-80/),
    });
    expect(await acme.history()).toStrictEqual(['AdmissionReferred approval_required', 'JoinRequested']);
    expect(acme.organizations.asked).toStrictEqual([]);
  });

  it('asks once, however often they knock', async () => {
    const acme = await asked();
    const joinRequestId = acme.joinRequestIds.get('ada@acme.test');
    expect(await acme.knock('ada@acme.test', { flowId: 'flow-2' })).toMatchObject({ joinRequestId });
    const history = await acme.history();
    expect(history.filter((event) => event === 'JoinRequested')).toHaveLength(1);
  });

  it('asks once, knocking twice at the same time', async () => {
    const acme = new Provisioning({}, byApproval);
    await Promise.all(['flow-1', 'flow-2'].map((flowId) => acme.knock('ada@acme.test', { flowId })));
    const history = await acme.history();
    expect(history.filter((event) => event === 'JoinRequested')).toHaveLength(1);
  });

  it('may ask again after a denial', async () => {
    const acme = await asked();
    await deny(acme);
    await acme.knock('ada@acme.test', { flowId: 'flow-2' });
    await approve(acme);
    expect(acme.activeMembers()).toStrictEqual(['ada@acme.test']);
  });
});

describe('R32: a steward who approves', () => {
  it('lets the person in as the rule says, takes a place, and the person is told', async () => {
    const acme = await asked();
    await approve(acme);
    expect(acme.organizations.asked).toMatchObject([
      { address: 'ada@acme.test', door: 'jit_rule', roles: ['editor'] },
    ]);
    expect((await acme.history()).slice(2)).toStrictEqual([
      'JoinRequestApproved',
      'AdmissionGranted join_request_approved',
      'AdmissionSettled',
    ]);
    expect(acme.notices).toMatchObject([
      {
        template: 'join_request_decided',
        address: 'ada@acme.test',
        values: { organization: 'Acme', decision: 'approved' },
      },
    ]);
  });

  it('does so once, however often it is said', async () => {
    const acme = await asked();
    await approve(acme, 'approve-1');
    await approve(acme, 'approve-1');
    await approve(acme, 'approve-2');
    expect(acme.organizations.asked).toHaveLength(1);
    expect(await acme.history()).toHaveLength(5);
  });

  it('R33: cannot bring back a rule that is gone', async () => {
    const acme = await asked();
    acme.organizations.replaceRules();
    await expect(approve(acme)).rejects.toMatchObject({
      code: 'admission_refused',
      details: { reasons: [{ code: 'no_rule_matches' }] },
    });
    expect(acme.activeMembers()).toStrictEqual([]);
  });

  it('can approve later what a refusal left open', async () => {
    const acme = await asked();
    acme.organizations.replaceRules();
    await expect(approve(acme)).rejects.toThrow(refusal('admission_refused'));
    acme.organizations.replaceRules({ ...acmeRule, ...byApproval });
    await approve(acme, 'approve-2');
    expect(acme.activeMembers()).toStrictEqual(['ada@acme.test']);
  });

  it('R34: cannot overfill the rule', async () => {
    const acme = await asked();
    acme.organizations.replaceRules({ ...acmeRule, ...byApproval, cap: 1 });
    await acme.knock('bob@acme.test');
    await acme.joinRequests.approve(await acme.ruling('bob@acme.test', 'approve-bob'));
    await expect(approve(acme)).rejects.toMatchObject({ details: { reasons: [{ code: 'rule_is_full' }] } });
  });

  it('R8: cannot let anybody into an ownerless organization', async () => {
    const acme = await asked();
    acme.organizations.changePolicy({ ownerless: true });
    await expect(approve(acme)).rejects.toMatchObject({
      details: { reasons: [{ code: 'organization_ownerless' }] },
    });
  });

  it('finds a person who came in by another door to be a member already', async () => {
    const acme = await asked();
    acme.organizations.addMember({ address: 'ada@acme.test', memberId: 'member-ada', status: 'active' });
    await approve(acme);
    expect(acme.organizations.asked).toStrictEqual([]);
    expect(await acme.history()).toContain('JoinRequestApproved');
  });

  it('R36: is heard again where the organization changed meanwhile', async () => {
    const acme = await asked();
    acme.organizations.beforeNextAdmission(() => acme.organizations.changePolicy({}));
    await approve(acme);
    expect((await acme.history()).slice(2)).toStrictEqual([
      'JoinRequestApproved',
      'AdmissionGranted join_request_approved',
      'AdmissionWithdrawn policy_changed',
      'JoinRequestReopened',
      'JoinRequestApproved',
      'AdmissionGranted join_request_approved',
      'AdmissionSettled',
    ]);
    expect(acme.activeMembers()).toStrictEqual(['ada@acme.test']);
  });

  it('R36: is not heard where the answer of the organization is lost; saying it again with its key is', async () => {
    const acme = await asked();
    acme.organizations.failNext('after', new UnavailableError('organization'));
    await expect(approve(acme)).rejects.toThrow(UnavailableError);
    await approve(acme);
    expect((await acme.history()).at(-1)).toBe('AdmissionSettled');
    expect(acme.activeMembers()).toStrictEqual(['ada@acme.test']);
  });

  it('decides even when the mail about it does not go out', async () => {
    const acme = await asked();
    acme.dependencies.notices.notify = () => Promise.reject(new UnavailableError('identity'));
    await approve(acme);
    expect(acme.activeMembers()).toStrictEqual(['ada@acme.test']);
    expect(acme.failures).toStrictEqual(['telling of a decided join request']);
  });
});

describe('R32: a steward who denies', () => {
  it('lets nobody in, and the person is told once', async () => {
    const acme = await asked();
    await deny(acme, 'deny-1');
    await deny(acme, 'deny-1');
    await deny(acme, 'deny-2');
    expect(acme.activeMembers()).toStrictEqual([]);
    expect(acme.notices).toMatchObject([{ values: { decision: 'denied' } }]);
  });

  it('has decided: it is too late to approve', async () => {
    const acme = await asked();
    await deny(acme);
    await expect(approve(acme)).rejects.toThrow(refusal('join_request_already_decided'));
  });

  it('has decided, also where no rule would admit the person any more', async () => {
    const acme = await asked();
    await deny(acme);
    acme.organizations.replaceRules();
    await expect(approve(acme)).rejects.toThrow(refusal('join_request_already_decided'));
  });

  it('comes too late after an approval', async () => {
    const acme = await asked();
    await approve(acme);
    await expect(deny(acme)).rejects.toThrow(refusal('join_request_already_decided'));
  });
});

describe('a join request that is not there', () => {
  it('cannot be decided on', async () => {
    const acme = new Provisioning({}, byApproval);
    await expect(approve(acme)).rejects.toThrow(refusal('join_request_not_found'));
    await expect(deny(acme)).rejects.toThrow(refusal('join_request_not_found'));
  });

  it('I2: is not there under another organization either', async () => {
    const acme = await asked();
    acme.organizations.changePolicy({
      organizationId: 'organization-test-00000000-0000-7000-8000-00000000000b',
    });
    await expect(approve(acme)).rejects.toThrow(refusal('join_request_not_found'));
    await expect(deny(acme)).rejects.toThrow(refusal('join_request_not_found'));
  });

  it('R54: nor once who asked is erased', async () => {
    const acme = await asked();
    const [event] = await acme.codec.decode(await acme.log.readAll(0, 1));
    await acme.erase((event!.event.data as { memberId: string }).memberId);
    await expect(approve(acme)).rejects.toThrow(refusal('join_request_not_found'));
  });
});
