import type { Door } from '@muster/contracts';
import type { DecodedEvent, Projection } from '@muster/eventsourcing';
import type { Instant } from '@muster/kernel';
import type { AdmissionDecided, AdmissionEvent } from '../../domain/admission/admission.events.ts';
import type { AdmissionInputs } from '../../domain/admission/admission-inputs.ts';
import type { EvaluatedRule } from '../../domain/admission/evaluate-rules.ts';
import type { RecordedReason } from '../../domain/admission/reasons.ts';

export type AdmissionOutcome = 'admitted' | 'join_requested' | 'refused';

/** One decision, and what became of it. Nothing personal: the address is read where the decision is recorded. */
export type AdmissionDocument = {
  readonly admissionId: string;
  readonly projectId: string;
  readonly organizationId: string;
  /** Of the stream it is recorded in. */
  readonly streamId: string;
  readonly position: number;
  readonly eventId: string;
  readonly correlationId: string;
  readonly decidedAt: Instant;
  readonly outcome: AdmissionOutcome;
  readonly door: Door | null;
  readonly ruleId: string | null;
  readonly joinRequestId: string | null;
  /** Null where the decision made nobody a member who was none. */
  readonly memberId: string | null;
  readonly roles: readonly string[];
  readonly membershipExpiresAt: Instant | null;
  readonly inputs: AdmissionInputs;
  readonly reasons: readonly RecordedReason[];
  readonly evaluatedRules: readonly EvaluatedRule[];
  readonly settled: boolean;
  readonly withdrawnBecause: string | null;
};

/** Every decision on one person at one door, by its id (R36). */
export const admissionsProjection: Projection<AdmissionDocument> = {
  name: 'provisioning-admissions',
  version: 1,
  categories: ['admissions'],
  onPoison: 'park',
  documentIds: ({ event }) => [(event as AdmissionEvent).data.admissionId],
  apply: (document, decoded) => {
    const event = decoded.event as AdmissionEvent;
    switch (event.type) {
      case 'AdmissionSettled':
        return document && { ...document, settled: true, withdrawnBecause: null };
      case 'AdmissionWithdrawn':
        return document && { ...document, withdrawnBecause: event.data.cause };
      default:
        return decidedDocument(event, decoded);
    }
  },
  indexes: ({ organizationId, outcome, ruleId, settled, withdrawnBecause }) => ({
    organization: [organizationId],
    outcome: [outcome],
    rule: ruleId === null ? [] : [ruleId],
    open: outcome === 'admitted' && !settled && withdrawnBecause === null ? ['yes'] : [],
  }),
};

const decidedDocument = (event: AdmissionDecided, decoded: DecodedEvent): AdmissionDocument => {
  const { admissionId, ruleId, inputs, reasons, evaluatedRules } = event.data;
  const granted = event.type === 'AdmissionGranted' ? event.data : undefined;
  return {
    admissionId,
    projectId: decoded.id.projectId,
    organizationId: decoded.id.organizationId!,
    streamId: decoded.id.id,
    position: decoded.position,
    eventId: decoded.eventId,
    correlationId: decoded.metadata.correlationId,
    decidedAt: inputs.at,
    outcome: outcomeOf(event),
    door: granted?.door ?? null,
    ruleId,
    joinRequestId:
      event.type === 'AdmissionReferred'
        ? event.data.joinRequestId
        : (inputs.approval?.joinRequestId ?? null),
    memberId: granted?.memberId ?? inputs.member?.memberId ?? null,
    roles: granted?.roles ?? [],
    membershipExpiresAt: granted?.membershipExpiresAt ?? null,
    inputs,
    reasons,
    evaluatedRules,
    settled: false,
    withdrawnBecause: null,
  };
};

const outcomeOf = ({ type }: AdmissionDecided): AdmissionOutcome =>
  type === 'AdmissionGranted' ? 'admitted' : type === 'AdmissionReferred' ? 'join_requested' : 'refused';
