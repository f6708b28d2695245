import { countedFacts } from '@muster/observability';
import { admissions } from './domain/admission/admission.decider.ts';
import { joinRequests } from './domain/join-request/join-request.decider.ts';

/** Which of this service's facts operators see as figures. */
export const factsThatCount = [
  countedFacts(
    {
      name: 'muster_admissions_total',
      help: 'Decisions about who may enter: `granted`, `referred` to a steward, `refused`; what became of grants: `settled` (the member is there), `withdrawn`.',
      labelNames: ['outcome'],
    },
    admissions,
    {
      AdmissionGranted: () => ({ outcome: 'granted' }),
      AdmissionReferred: () => ({ outcome: 'referred' }),
      AdmissionRefused: () => ({ outcome: 'refused' }),
      AdmissionSettled: () => ({ outcome: 'settled' }),
      AdmissionWithdrawn: () => ({ outcome: 'withdrawn' }),
    },
  ),
  countedFacts(
    {
      name: 'muster_join_requests_total',
      help: 'Requests to join: `requested`, `approved`, `denied`, `reopened`.',
      labelNames: ['outcome'],
    },
    joinRequests,
    {
      JoinRequested: () => ({ outcome: 'requested' }),
      JoinRequestApproved: () => ({ outcome: 'approved' }),
      JoinRequestDenied: () => ({ outcome: 'denied' }),
      JoinRequestReopened: () => ({ outcome: 'reopened' }),
    },
  ),
];
