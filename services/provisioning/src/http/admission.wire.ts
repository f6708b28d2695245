import type { Json } from '@muster/kernel';
import { told } from '../domain/admission/reasons.ts';
import type { AdmissionFound } from '../read-models/admissions/admissions.queries.ts';
import type { JoinRequestFound } from '../read-models/join-requests/join-requests.queries.ts';

/** The same value with field names as the wire has them. Only for records whose field names are all our own. */
const snakeCased = (value: Json): Json => {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(snakeCased);
  const renamed = Object.entries(value).map(([name, field]) => [
    name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    snakeCased(field),
  ]);
  return Object.fromEntries(renamed) as Json;
};

/** A decision with all it rests on (R36). */
export const wireAdmission = ({ document, address }: AdmissionFound) => ({
  admission_id: document.admissionId,
  organization_id: document.organizationId,
  decided_at: document.decidedAt,
  position: document.position,
  outcome: document.outcome,
  door: document.door,
  rule_id: document.ruleId,
  rules_version: document.inputs.organization.rulesVersion,
  member_id: document.memberId,
  join_request_id: document.joinRequestId,
  email_domain: document.inputs.applicant.emailDomain,
  email_address: address,
  through: document.inputs.through,
  proof: document.inputs.applicant.proof,
  roles: document.roles,
  membership_expires_at: document.membershipExpiresAt,
  inputs: snakeCased(document.inputs),
  reasons: document.reasons.map(told),
  evaluated_rules: document.evaluatedRules.map(({ ruleId, outcome }) => ({ rule_id: ruleId, outcome })),
  settled: document.settled,
  withdrawn: document.withdrawnBecause !== null,
  withdrawn_because: document.withdrawnBecause,
});

export const wireJoinRequest = ({ document, address }: JoinRequestFound) => ({
  join_request_id: document.joinRequestId,
  organization_id: document.organizationId,
  member_id: document.memberId,
  email_address: address,
  rule_id: document.ruleId,
  admission_id: document.admissionId,
  status: document.status,
  requested_at: document.requestedAt,
  decided_at: document.decidedAt,
  decided_by: document.decidedBy,
});
