import fc from 'fast-check';
import { admissionDecider, decideAgain } from './admission.decider.ts';
import * as any from '../../testing/arbitraries.ts';
import type { AdmissionDecided } from './admission.events.ts';
import type { AdmissionInputs } from './admission-inputs.ts';
import { decideAdmission } from './decide-admission.ts';

const stranger = (inputs: AdmissionInputs): AdmissionInputs => ({ ...inputs, member: null });
const about = (inputs: AdmissionInputs, emailDomain: string): AdmissionInputs => ({
  ...inputs,
  applicant: { ...inputs.applicant, emailDomain },
});

const holds = (property: (inputs: AdmissionInputs) => void) =>
  fc.assert(fc.property(any.inputs, property), { numRuns: 3_000 });

describe('for every situation there is', () => {
  it('R31: no rule list without a rule about the applicant admits', () =>
    holds((inputs) => {
      const rules = inputs.organization.rules.filter(({ matcher }) =>
        ['email_domain', 'oauth_tenant'].includes(matcher.type),
      );
      // No rule of these names this domain, and no connection brought the applicant.
      const alone = about(
        stranger({ ...inputs, organization: { ...inputs.organization, rules } }),
        'nobody.test',
      );
      expect(decideAdmission(alone).outcome).toBe('refused');
    }));

  it('R31: only the last rule looked at has matched, and the verdict is its own', () =>
    holds((inputs) => {
      const { evaluatedRules, ruleId } = decideAdmission(inputs);
      const matched = evaluatedRules.filter(({ outcome }) => outcome === 'matched');
      expect(matched.map((rule) => rule.ruleId)).toStrictEqual(ruleId === null ? [] : [ruleId]);
      const others = evaluatedRules.slice(0, -1);
      expect(others.every(({ outcome }) => outcome !== 'matched')).toBe(true);
    }));

  it('R32: a first match that is turned off admits nobody, whatever comes after it', () =>
    holds((inputs) => {
      const alone = stranger(inputs);
      const first = decideAdmission(alone).ruleId;
      const rules = alone.organization.rules.map((rule) =>
        rule.ruleId === first ? { ...rule, mode: 'off' as const } : rule,
      );
      const off = { ...alone, organization: { ...alone.organization, rules } };
      expect(decideAdmission(off).outcome).toBe('refused');
    }));

  it('R33: a typed address opens no door', () =>
    holds((inputs) => {
      const typed: AdmissionInputs = { ...inputs, applicant: { ...inputs.applicant, proof: 'typed' } };
      expect(decideAdmission(typed).outcome).toBe('refused');
    }));

  it('R33: a public or disposable mail domain is not admitted by domain', () =>
    holds((inputs) => {
      const nobody = stranger({ ...inputs, applicant: { ...inputs.applicant, connection: null } });
      const domain = { ...inputs.domain, kind: inputs.admitted > 1 ? 'public' : 'disposable' } as const;
      expect(decideAdmission({ ...nobody, domain }).outcome).toBe('refused');
    }));

  it('R34: a rule that is full admits nobody', () =>
    holds((inputs) => {
      const verdict = decideAdmission(inputs);
      const rule = inputs.organization.rules.find(({ ruleId }) => ruleId === verdict.ruleId);
      const full = rule?.cap != null && inputs.admitted >= rule.cap;
      expect(full ? verdict.outcome : 'refused').toBe('refused');
    }));

  it('R6, R8: a stranger is let in neither to an ownerless organization nor past a claim', () =>
    holds((inputs) => {
      const paused = stranger(
        inputs.admitted > 1
          ? { ...inputs, domain: { ...inputs.domain, claimedElsewhere: true } }
          : { ...inputs, organization: { ...inputs.organization, ownerless: true } },
      );
      expect(decideAdmission(paused).outcome).toBe('refused');
    }));

  it('R36, R51: what was recorded, decided again, comes out the same', () =>
    holds(({ at, admitted, ...facts }) => {
      const person = { admissionId: 'a', memberId: 'm', address: 'x@acme.test', joinRequestId: 'j' };
      const [event] = admissionDecider.decide(
        { ...admissionDecider.initialState, admitted },
        { type: 'DecideAdmission', data: { ...person, facts }, at },
      ) as readonly [AdmissionDecided];
      const stored = JSON.parse(JSON.stringify(event)) as AdmissionDecided;
      const first = decideAdmission({ ...facts, at, admitted });
      expect(decideAgain(stored)).toStrictEqual(first);
      expect(stored.data).toMatchObject({ ruleId: first.ruleId, reasons: first.reasons });
    }));
});
