import type { AnyAggregateType } from '@muster/eventsourcing';
import { admissions } from './admission/admission.decider.ts';
import { applicants } from './applicant/applicant.decider.ts';
import { joinRequests } from './join-request/join-request.decider.ts';

/** Everything this service writes to the log. */
export const aggregates: readonly AnyAggregateType[] = [admissions, joinRequests, applicants];
