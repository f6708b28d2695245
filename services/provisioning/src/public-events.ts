import { type PublicEventSource, publicEventsOf } from '@muster/contracts';
import { admissions } from './domain/admission/admission.decider.ts';
import type { AdmissionDecided } from './domain/admission/admission.events.ts';
import { applicants } from './domain/applicant/applicant.decider.ts';
import { joinRequests } from './domain/join-request/join-request.decider.ts';

/** What was decided on whom, and on what it rests; the inputs as such are read by the admission's id. */
const decided = (
  { admissionId, inputs, reasons }: Omit<AdmissionDecided['data'], 'address'>,
  organizationId: string,
) => ({
  organization_id: organizationId,
  admission_id: admissionId,
  email_domain: inputs.applicant.emailDomain,
  jit_rules_version: inputs.organization.rulesVersion,
  reasons: reasons.map(({ code }) => code),
});

const admissionEvents = publicEventsOf(admissions, {
  AdmissionGranted: {
    as: 'muster.admission.granted.v1',
    data: ({ data, organizationId }) => ({
      ...decided(data, organizationId),
      member_id: data.memberId,
      door: data.door,
      rule_id: data.ruleId,
      roles: data.roles,
      membership_ends_at: data.membershipExpiresAt,
    }),
  },
  AdmissionReferred: {
    as: 'muster.admission.referred.v1',
    data: ({ data, organizationId }) => ({
      ...decided(data, organizationId),
      member_id: data.memberId,
      join_request_id: data.joinRequestId,
      rule_id: data.ruleId,
    }),
  },
  AdmissionRefused: {
    as: 'muster.admission.refused.v1',
    data: ({ data, organizationId }) => ({ ...decided(data, organizationId), rule_id: data.ruleId }),
  },
  AdmissionWithdrawn: {
    as: 'muster.admission.withdrawn.v1',
    data: ({ data, organizationId }) => ({
      organization_id: organizationId,
      admission_id: data.admissionId,
      cause: data.cause,
    }),
  },
  AdmissionSettled: {
    as: 'muster.admission.settled.v1',
    data: ({ data, organizationId }) => ({
      organization_id: organizationId,
      admission_id: data.admissionId,
    }),
  },
});

const joinRequestEvents = publicEventsOf(joinRequests, {
  JoinRequested: {
    as: 'muster.join-request.opened.v1',
    data: ({ data, organizationId, id }) => ({
      organization_id: organizationId,
      join_request_id: id,
      admission_id: data.admissionId,
      member_id: data.memberId,
      rule_id: data.ruleId,
    }),
  },
  JoinRequestApproved: {
    as: 'muster.join-request.approved.v1',
    data: ({ data, organizationId, id }) => ({
      organization_id: organizationId,
      join_request_id: id,
      admission_id: data.admissionId,
      member_id: data.memberId,
      decided_by: data.decidedBy,
    }),
  },
  JoinRequestDenied: {
    as: 'muster.join-request.denied.v1',
    data: ({ data, organizationId, id }) => ({
      organization_id: organizationId,
      join_request_id: id,
      decided_by: data.decidedBy,
    }),
  },
  JoinRequestReopened: {
    as: 'muster.join-request.reopened.v1',
    data: ({ data, organizationId, id }) => ({
      organization_id: organizationId,
      join_request_id: id,
      admission_id: data.admissionId,
    }),
  },
});

// Whoever applied was told of by domain and reasons only: there is nothing that a subscriber would have to erase.
const applicantEvents = publicEventsOf(applicants, { ApplicantErased: 'internal' });

/** Which of this service's facts are everybody's, and how they are told (E32). */
export const publicEvents: readonly PublicEventSource[] = [
  admissionEvents,
  joinRequestEvents,
  applicantEvents,
];
