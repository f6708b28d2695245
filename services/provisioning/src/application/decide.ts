import type { Applicant, EntryFacts } from '@muster/contracts';
import type { UnitOfWork } from '@muster/eventsourcing';
import type { Instant } from '@muster/kernel';
import { admissions, admissionsId } from '../domain/admission/admission.decider.ts';
import type { AdmissionDecided } from '../domain/admission/admission.events.ts';
import {
  type Approval,
  admissionFacts,
  canonicalAddress,
  type Through,
} from '../domain/admission/admission-inputs.ts';
import { decideAdmission } from '../domain/admission/decide-admission.ts';
import { joinRequests } from '../domain/join-request/join-request.decider.ts';
import { joinRequestIdOf } from './join-request-id.ts';
import type { Dependencies } from './ports.ts';

/** Somebody at a door, and what the organization says of it. */
export type Knock = {
  readonly projectId: string;
  readonly at: Instant;
  readonly applicant: Applicant;
  readonly through: Through;
  readonly entry: EntryFacts;
  readonly approval?: Approval;
};

/** Decides within a command, by the rule's own count, and opens the join request where a steward has to decide. */
export const decideIn = async (
  unit: UnitOfWork,
  dependencies: Dependencies,
  knock: Knock,
): Promise<AdmissionDecided> => {
  const { applicant, entry, through, projectId, at } = knock;
  const { organizationId } = entry.organization;
  const organization = { projectId, organizationId };
  const { address } = canonicalAddress(applicant.address);
  const facts = admissionFacts({ ...knock, mailDomainKind: dependencies.mailDomainKind });
  const admissionId = dependencies.newId('admission');
  const memberId = entry.member?.memberId ?? dependencies.newId('member');
  const person = { admissionId, memberId, address };
  const joinRequestId = joinRequestIdOf(dependencies.lookupHash, { ...organization, address });

  // How full a rule is has no say in which rule it is, so the place is known before the count.
  const uncounted = decideAdmission({ ...facts, at, admitted: 0 });
  const place = await unit.load(admissions, admissionsId(organization, uncounted, admissionId));
  const data = { ...person, joinRequestId, facts };
  const [decided] = place.execute({ type: 'DecideAdmission', data, at }) as readonly [AdmissionDecided];
  if (decided.type === 'AdmissionReferred') {
    const request = await unit.load(joinRequests, { ...organization, id: joinRequestId });
    const { ruleId } = decided.data;
    const { connectionId } = applicant;
    request.execute({ type: 'RequestToJoin', data: { ...person, ruleId, through, connectionId }, at });
  }
  return decided;
};
