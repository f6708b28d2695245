import { DomainError, UnavailableError } from '@muster/kernel';
import { acmeRule } from '../testing/decision-table.ts';
import { Provisioning } from '../testing/provisioning-rig.ts';

const unavailable = new UnavailableError('organization');
const auto = { ruleId: 'rule-acme' } as const;

describe('admitting', () => {
  it('R36: commits the grant, has the member created at the revision it was decided by, and settles it', async () => {
    const acme = new Provisioning({}, { ...auto, roles: ['editor'], membershipDays: 10 });
    const decision = await acme.knock('Ada@Acme.test');
    expect(decision).toStrictEqual({
      outcome: 'admitted',
      admissionId: 'admission-test-00000000-0000-7000-8000-000000000001',
      memberId: 'member-test-00000000-0000-7000-8000-000000000002',
    });
    expect(acme.organizations.asked).toStrictEqual([
      {
        admissionId: 'admission-test-00000000-0000-7000-8000-000000000001',
        organizationId: 'organization-test-00000000-0000-7000-8000-0000000000ac',
        organizationRevision: 7,
        memberId: 'member-test-00000000-0000-7000-8000-000000000002',
        address: 'ada@acme.test',
        door: 'jit_rule',
        roles: ['editor'],
        expiresAt: '2026-12-03T09:00:00.000Z',
      },
    ]);
    expect(await acme.history()).toStrictEqual(['AdmissionGranted rule_admits', 'AdmissionSettled']);
  });

  it('R36: records a refusal, with its reasons, and creates nobody', async () => {
    const acme = new Provisioning({}, { mode: 'off' });
    expect(await acme.knock('ada@acme.test')).toMatchObject({
      outcome: 'refused',
      reasons: [{ code: 'rule_is_off', message: 'The rule demands explicit provisioning.' }],
    });
    expect(await acme.history()).toStrictEqual(['AdmissionRefused rule_is_off']);
    expect(acme.organizations.asked).toStrictEqual([]);
  });

  it('R39: activates the member that was invited, with JIT off', async () => {
    const acme = new Provisioning();
    acme.organizations.addMember({ address: 'grace@acme.test', memberId: 'member-grace' });
    expect(await acme.knock('grace@acme.test', { memberId: 'member-grace' })).toMatchObject({
      outcome: 'admitted',
      memberId: 'member-grace',
    });
    expect(acme.organizations.asked).toMatchObject([{ door: 'invite', roles: [], expiresAt: null }]);
  });

  it('R10: does not let an invitation be accepted by who proved another address', async () => {
    const acme = new Provisioning({}, auto);
    acme.organizations.addMember({ address: 'grace@acme.test', memberId: 'member-grace' });
    expect(await acme.knock('eve@acme.test', { memberId: 'member-grace' })).toMatchObject({
      outcome: 'refused',
      reasons: [{ code: 'address_not_the_members' }],
    });
  });

  it('R33: decides by the rules of this moment, not by those of the preview', async () => {
    const acme = new Provisioning({}, auto);
    acme.organizations.replaceRules({ ...acmeRule, mode: 'off' });
    expect(await acme.knock('ada@acme.test')).toMatchObject({ outcome: 'refused' });
  });

  it('R36: gives the same flow the same answer, whatever has changed since', async () => {
    const acme = new Provisioning({}, auto);
    const first = await acme.knock('ada@acme.test');
    acme.organizations.replaceRules({ ...acmeRule, mode: 'off' });
    const { memberId } = acme.organizations.members.get('ada@acme.test')!;
    expect(await acme.knock('ada@acme.test', { memberId })).toStrictEqual(first);
    expect(await acme.history()).toHaveLength(2);
  });

  it('R18: a flow’s answer is not given to another person', async () => {
    const acme = new Provisioning({}, auto);
    await acme.knock('ada@acme.test', { flowId: 'flow-1' });
    await expect(acme.knock('eve@acme.test', { flowId: 'flow-1' })).rejects.toThrow(
      'belongs to another command',
    );
  });

  it('R54: leaves no hash in the log from which an address can be guessed without the key', async () => {
    const hashes = await Promise.all(
      ['key one', 'key two'].map(async (key) => {
        const acme = new Provisioning({}, auto);
        Object.assign(acme.dependencies, { lookupHash: (_: string, value: string) => `${key}/${value}` });
        await acme.knock('ada@acme.test');
        const [recorded] = await acme.log.readAll(0, 1);
        return (await acme.log.findCommit(recorded!.commitId))!.commandHash;
      }),
    );
    expect(new Set(hashes).size).toBe(2);
  });

  it('has nothing to ask for who is a member already', async () => {
    const acme = new Provisioning();
    acme.organizations.addMember({ address: 'ada@acme.test', memberId: 'member-ada', status: 'active' });
    expect(await acme.knock('ada@acme.test')).toMatchObject({ outcome: 'admitted', memberId: 'member-ada' });
    expect(acme.organizations.asked).toStrictEqual([]);
    expect(await acme.history()).toStrictEqual(['AdmissionGranted already_member', 'AdmissionSettled']);
  });
});

describe('R36: an organization that changes between decision and admission', () => {
  it('gets the place back and is decided on again, by its new rules', async () => {
    const acme = new Provisioning({}, auto);
    acme.organizations.beforeNextAdmission(() =>
      acme.organizations.replaceRules({ ...acmeRule, mode: 'off' }),
    );
    expect(await acme.knock('ada@acme.test')).toMatchObject({ outcome: 'refused' });
    expect(await acme.history()).toStrictEqual([
      'AdmissionGranted rule_admits',
      'AdmissionWithdrawn policy_changed',
      'AdmissionRefused rule_is_off',
    ]);
    expect(acme.activeMembers()).toStrictEqual([]);
  });

  it('admits all the same where a rule still does, once', async () => {
    const acme = new Provisioning({}, { ...auto, cap: 1 });
    acme.organizations.beforeNextAdmission(() => acme.organizations.changePolicy({}));
    expect(await acme.knock('ada@acme.test')).toMatchObject({ outcome: 'admitted' });
    expect(acme.activeMembers()).toStrictEqual(['ada@acme.test']);
  });

  it('is decided on five times', async () => {
    const acme = new Provisioning({}, { ...auto, cap: 1 });
    for (let time = 0; time < 4; time++)
      acme.organizations.beforeNextAdmission(() => acme.organizations.changePolicy({}));
    expect(await acme.knock('ada@acme.test')).toMatchObject({ outcome: 'admitted' });
  });

  it('gives up after five decisions, holding no place', async () => {
    const acme = new Provisioning({}, { ...auto, cap: 1 });
    for (let time = 0; time < 5; time++)
      acme.organizations.beforeNextAdmission(() => acme.organizations.changePolicy({}));
    await expect(acme.knock('ada@acme.test')).rejects.toMatchObject({ code: 'conflict' });
    expect(await acme.knock('bob@acme.test')).toMatchObject({ outcome: 'admitted' });
  });

  it('can be asked again by the same flow after that', async () => {
    const acme = new Provisioning({}, auto);
    for (let time = 0; time < 5; time++)
      acme.organizations.beforeNextAdmission(() => acme.organizations.changePolicy({}));
    await expect(acme.knock('ada@acme.test')).rejects.toMatchObject({ code: 'conflict' });
    expect(await acme.knock('ada@acme.test')).toMatchObject({ outcome: 'admitted' });
    expect(acme.activeMembers()).toStrictEqual(['ada@acme.test']);
  });

  it('tells what it has against the member, and gives the place back', async () => {
    const acme = new Provisioning({}, { ...auto, cap: 1 });
    acme.organizations.failNext('before', new DomainError('retired_member_email'));
    await expect(acme.knock('ada@acme.test')).rejects.toMatchObject({ code: 'retired_member_email' });
    expect(await acme.history()).toContain('AdmissionWithdrawn retired_member_email');
    expect(await acme.knock('bob@acme.test')).toMatchObject({ outcome: 'admitted' });
  });

  it('R5: lets two flows of one person make one member', async () => {
    const acme = new Provisioning({}, { ...auto, cap: 1 });
    const answers = await Promise.all([
      acme.knock('ada@acme.test', { flowId: 'flow-1' }),
      acme.knock('ada@acme.test', { flowId: 'flow-2' }),
    ]);
    expect(new Set(answers.map(({ outcome }) => outcome)).has('admitted')).toBe(true);
    expect(acme.activeMembers()).toStrictEqual(['ada@acme.test']);
  });
});

describe('R34: the cap', () => {
  it('is never exceeded by fifty who knock at once', async () => {
    const acme = new Provisioning({}, { ...auto, cap: 7 });
    const people = Array.from({ length: 50 }, (_, index) => `person-${index}@acme.test`);
    const decisions = await Promise.all(people.map((address) => acme.knock(address)));
    expect(decisions.filter(({ outcome }) => outcome === 'admitted')).toHaveLength(7);
    expect(decisions.filter(({ outcome }) => outcome === 'refused')).toHaveLength(43);
    expect(acme.activeMembers()).toHaveLength(7);
  });

  it('is not used up by those whose admission came to nothing', async () => {
    const acme = new Provisioning({}, { ...auto, cap: 1 });
    acme.organizations.beforeNextAdmission(() => {
      acme.organizations.addMember({ address: 'ada@acme.test', memberId: 'member-1', status: 'active' });
    });
    expect(await acme.knock('ada@acme.test')).toMatchObject({ outcome: 'admitted', memberId: 'member-1' });
    expect(await acme.knock('bob@acme.test')).toMatchObject({ outcome: 'admitted' });
  });
});

describe('R36: a crash', () => {
  it('between grant and admission: the same flow goes on where it stood', async () => {
    const acme = new Provisioning({}, { ...auto, cap: 1 });
    acme.organizations.failNext('before', unavailable);
    await expect(acme.knock('ada@acme.test')).rejects.toThrow(UnavailableError);
    expect(await acme.history()).toStrictEqual(['AdmissionGranted rule_admits']);
    expect(await acme.knock('ada@acme.test')).toMatchObject({ outcome: 'admitted' });
    expect(acme.activeMembers()).toStrictEqual(['ada@acme.test']);
  });

  it('between admission and its answer: the member is there once', async () => {
    const acme = new Provisioning({}, { ...auto, cap: 1 });
    acme.organizations.failNext('after', unavailable);
    await expect(acme.knock('ada@acme.test')).rejects.toThrow(UnavailableError);
    const { memberId } = acme.organizations.members.get('ada@acme.test')!;
    expect(await acme.knock('ada@acme.test', { memberId })).toMatchObject({ outcome: 'admitted', memberId });
    expect(await acme.history()).toStrictEqual(['AdmissionGranted rule_admits', 'AdmissionSettled']);
  });
});

describe('a preview', () => {
  const preview = async (acme: Provisioning, address: string) => {
    const entry = await acme.organizations.entry({
      organization: acme.organizations.organization.organizationId,
      address,
    });
    const applicant = { address, proof: 'typed', connectionId: null } as const;
    const [previewed] = await acme.admissions.preview(
      { applicant, through: 'organization', entries: [entry] },
      { projectId: 'project-test-00000000-0000-7000-8000-000000000001' } as never,
    );
    return previewed;
  };

  it('R33: takes a typed address as if it were proven, and records nothing', async () => {
    const acme = new Provisioning({}, { mode: 'approve' });
    expect(await preview(acme, 'ada@acme.test')).toStrictEqual({
      outcome: 'eligible',
      mode: 'approve',
      ruleId: 'rule-acme',
      domain: 'acme.test',
    });
    expect(await acme.history()).toStrictEqual([]);
  });

  it('refuses with the reasons that an admission would have', async () => {
    const acme = new Provisioning({}, { mode: 'ask' });
    expect(await preview(acme, 'ada@acme.test')).toMatchObject({
      outcome: 'refused',
      reasons: [{ code: 'only_offered_in_discovery' }],
    });
  });

  it('R34: sees that a rule is full', async () => {
    const acme = new Provisioning({}, { ...auto, cap: 1 });
    expect(await preview(acme, 'bob@acme.test')).toMatchObject({ outcome: 'eligible', mode: 'auto' });
    await acme.knock('ada@acme.test');
    expect(await preview(acme, 'bob@acme.test')).toMatchObject({
      outcome: 'refused',
      reasons: [{ code: 'rule_is_full' }],
    });
  });

  it('R39: names the door that is open without a rule', async () => {
    const acme = new Provisioning();
    acme.organizations.addMember({ address: 'grace@acme.test' });
    expect(await preview(acme, 'grace@acme.test')).toMatchObject({ outcome: 'eligible', ruleId: 'invite' });
  });
});
