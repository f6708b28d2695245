import type { AdmissionPreview } from '@muster/contracts';
import { fold } from '@muster/eventsourcing';
import { admissions, admissionsId } from '../domain/admission/admission.decider.ts';
import { admissionFacts } from '../domain/admission/admission-inputs.ts';
import { decideAdmission, type Verdict } from '../domain/admission/decide-admission.ts';
import { told } from '../domain/admission/reasons.ts';
import type { Knock } from './decide.ts';
import type { Dependencies } from './ports.ts';

/** What would be decided now were the address proven (R33): eligibility before any mail is sent. Records nothing. */
export const previewAdmission = async (
  dependencies: Dependencies,
  { applicant, ...knock }: Knock,
): Promise<AdmissionPreview> => {
  const { at, entry } = knock;
  const proven = { ...applicant, proof: 'proven' } as const;
  const facts = admissionFacts({
    ...knock,
    applicant: proven,
    mailDomainKind: dependencies.mailDomainKind,
  });
  const uncounted = decideAdmission({ ...facts, at, admitted: 0 });
  const rule = entry.organization.jitRules.find(({ ruleId }) => ruleId === uncounted.ruleId);
  const counted = rule !== undefined && rule.cap !== null;
  const admitted = counted ? await countOf(dependencies, knock, uncounted) : 0;
  const verdict = counted ? decideAdmission({ ...facts, at, admitted }) : uncounted;

  if (verdict.outcome === 'refused') return { outcome: 'refused', reasons: verdict.reasons.map(told) };
  return {
    outcome: 'eligible',
    // A door that is open without a rule admits as it is, and goes by its own name.
    mode: rule === undefined || rule.mode === 'off' ? 'auto' : rule.mode,
    ruleId: rule?.ruleId ?? (verdict.outcome === 'granted' ? verdict.door : verdict.ruleId),
    domain: facts.applicant.emailDomain,
  };
};

const countOf = async (
  dependencies: Dependencies,
  { projectId, entry }: Omit<Knock, 'applicant'>,
  verdict: Verdict,
): Promise<number> => {
  const { organizationId } = entry.organization;
  const id = admissionsId({ projectId, organizationId }, verdict, '');
  const { state } = await fold(dependencies, admissions, id);
  return state.admitted;
};
