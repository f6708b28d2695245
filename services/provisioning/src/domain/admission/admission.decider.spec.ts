import { specFor } from '@muster/eventsourcing/testing';
import { admissionDecider, admissionsId } from './admission.decider.ts';
import { ada, now } from '../../testing/decision-table.ts';
import type { AdmissionEvent, AdmissionGranted } from './admission.events.ts';
import { decideAdmission } from './decide-admission.ts';

const given = specFor(admissionDecider);

const inputs = ada({ rules: [{ cap: 2, roles: ['editor'] }, { ruleId: 'rule-behind' }] });
const { at: _at, admitted: _admitted, ...facts } = inputs;
const person = { admissionId: 'admission-3', memberId: 'member-ada', address: 'ada@acme.test' };
const decide = (changes: Partial<typeof facts> = {}) => ({
  type: 'DecideAdmission' as const,
  data: { ...person, joinRequestId: 'request-1', facts: { ...facts, ...changes } },
  at: now,
});
const settle = { type: 'SettleAdmission' as const, data: { admissionId: 'admission-1' }, at: now };
const withdraw = {
  type: 'WithdrawAdmission' as const,
  data: { admissionId: 'admission-1', cause: 'policy_changed' },
  at: now,
};

const granted = (admissionId: string): AdmissionGranted => ({
  type: 'AdmissionGranted',
  data: {
    admissionId,
    memberId: 'member-other',
    address: 'other@acme.test',
    inputs,
    reasons: [],
    evaluatedRules: [],
    door: 'jit_rule',
    ruleId: 'rule-acme',
    roles: [],
    membershipExpiresAt: null,
  },
});
const withdrawn: AdmissionEvent = {
  type: 'AdmissionWithdrawn',
  data: { admissionId: 'admission-1', cause: 'policy_changed' },
};
const settled: AdmissionEvent = { type: 'AdmissionSettled', data: { admissionId: 'admission-1' } };

const onlyRule = ada({ rules: [{ cap: 2, roles: ['editor'] }] });

describe('deciding on an applicant', () => {
  it('R36: records the person, the inputs with the rules looked at, and why', () => {
    given(granted('admission-1'))
      .when(decide())
      .then({
        type: 'AdmissionGranted',
        data: {
          admissionId: 'admission-3',
          memberId: 'member-ada',
          address: 'ada@acme.test',
          inputs: { ...onlyRule, admitted: 1 },
          door: 'jit_rule',
          ruleId: 'rule-acme',
          roles: ['editor'],
          membershipExpiresAt: null,
          reasons: [{ code: 'rule_admits', details: { rule_id: 'rule-acme' } }],
          evaluatedRules: [{ ruleId: 'rule-acme', outcome: 'matched' }],
        },
      });
  });

  it('R34: counts those whom the rule admitted, and refuses the one too many', () => {
    given(granted('admission-1'), granted('admission-2'))
      .when(decide())
      .then({
        type: 'AdmissionRefused',
        data: {
          ...person,
          inputs: { ...onlyRule, admitted: 2 },
          ruleId: 'rule-acme',
          reasons: [{ code: 'rule_is_full', details: { rule_id: 'rule-acme', cap: 2, admitted: 2 } }],
          evaluatedRules: [{ ruleId: 'rule-acme', outcome: 'matched' }],
        },
      });
  });

  const outcomes = (history: readonly AdmissionEvent[]) =>
    admissionDecider
      .decide(history.reduce(admissionDecider.evolve, admissionDecider.initialState), decide())
      .map(({ type }) => type);

  it('R34, R36: a withdrawn admission gives its place back', () => {
    expect(outcomes([granted('admission-1'), granted('admission-2'), withdrawn])).toStrictEqual([
      'AdmissionGranted',
    ]);
  });

  it('R34: a settled one keeps it', () => {
    expect(outcomes([granted('admission-1'), granted('admission-2'), settled])).toStrictEqual([
      'AdmissionRefused',
    ]);
  });

  it('R34: so does one that was withdrawn and yet turned out to be there', () => {
    expect(outcomes([granted('admission-1'), granted('admission-2'), withdrawn, settled])).toStrictEqual([
      'AdmissionRefused',
    ]);
  });

  it('R32: leaves to a steward whom the rule leaves to one', () => {
    const approve = ada({ rules: [{ mode: 'approve' }] });
    given()
      .when(decide({ organization: approve.organization }))
      .then({
        type: 'AdmissionReferred',
        data: {
          ...person,
          joinRequestId: 'request-1',
          inputs: approve,
          ruleId: 'rule-acme',
          reasons: [{ code: 'approval_required', details: { rule_id: 'rule-acme' } }],
          evaluatedRules: [{ ruleId: 'rule-acme', outcome: 'matched' }],
        },
      });
  });

  it('settles at once whom it finds to be a member', () => {
    const member = ada({ member: { status: 'active', door: 'import' } }).member;
    const events = admissionDecider.decide(admissionDecider.initialState, decide({ member }));
    expect(events.map(({ type }) => type)).toStrictEqual(['AdmissionGranted', 'AdmissionSettled']);
  });
});

describe('R36: what becomes of a grant', () => {
  it('is settled when the member is there', () => given(granted('admission-1')).when(settle).then(settled));
  it('is settled once', () => given(granted('admission-1'), settled).when(settle).thenNothing());
  it('is withdrawn with its cause', () => given(granted('admission-1')).when(withdraw).then(withdrawn));
  it('is withdrawn once', () => given(granted('admission-1'), withdrawn).when(withdraw).thenNothing());
  it('is not withdrawn once settled', () =>
    given(granted('admission-1'), settled).when(withdraw).thenNothing());
  it('is a fact where the member is there after all', () =>
    given(granted('admission-1'), withdrawn).when(settle).then(settled));
  it('is nothing where nothing was granted', () => {
    given().when(settle).thenNothing();
    given().when(withdraw).thenNothing();
  });
});

describe('where a decision is recorded', () => {
  const organization = { projectId: 'project-1', organizationId: 'organization-1' };
  const idFor = (changes: Parameters<typeof ada>[0]) =>
    admissionsId(organization, decideAdmission(ada(changes)), 'admission-1').id;

  it('R34: with the rule, so that its cap is judged in one stream', () => {
    expect(idFor({ rules: [{}] })).toBe('organization-1.rule-acme');
    expect(idFor({ rules: [{ cap: 0 }] })).toBe('organization-1.rule-acme');
    expect(idFor({ rules: [{ mode: 'approve' }] })).toBe('organization-1.rule-acme');
  });

  it('with the door, where no rule was needed', () => {
    expect(idFor({ member: {} })).toBe('organization-1.door.invite');
  });

  it('by itself, where no rule was about the stranger', () => {
    expect(idFor({})).toBe('organization-1.none.admission-1');
    expect(idFor({ member: { expiresAt: now } })).toBe('organization-1.none.admission-1');
  });
});
