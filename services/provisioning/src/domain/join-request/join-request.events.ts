import type { Event, Personal } from '@muster/eventsourcing';
import type { Through } from '../admission/admission-inputs.ts';

/** A person whom a rule leaves to a steward asks to join. The address is proven; it is sealed with `memberId`'s key. */
export type JoinRequested = Event<
  'JoinRequested',
  {
    readonly admissionId: string;
    readonly memberId: string;
    readonly address: Personal<string>;
    readonly ruleId: string;
    readonly through: Through;
    readonly connectionId: string | null;
  }
>;

/** A steward or the backend lets the person in; the admission of that id was granted with it. */
export type JoinRequestApproved = Event<
  'JoinRequestApproved',
  { readonly admissionId: string; readonly memberId: string; readonly decidedBy: string }
>;

/** A steward or the backend does not let the person in. They may ask again. */
export type JoinRequestDenied = Event<'JoinRequestDenied', { readonly decidedBy: string }>;

/** The approved admission came to nothing before the member was there: somebody has to decide again. */
export type JoinRequestReopened = Event<'JoinRequestReopened', { readonly admissionId: string }>;

export type JoinRequestEvent = JoinRequested | JoinRequestApproved | JoinRequestDenied | JoinRequestReopened;
