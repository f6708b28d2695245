import type { EntryFacts } from '../entry-facts.ts';
import type { JitMode } from '../jit-rule.ts';
import type { Reason } from '../wire/session.ts';
import { request } from './request.ts';

/** Who knocks, and what they proved. `typed`: nothing yet, the address is only what somebody entered. */
export type Applicant = {
  readonly address: string;
  readonly proof: 'typed' | 'proven';
  readonly connectionId: string | null;
};

/** What would be decided now; nothing is recorded. */
export type AdmissionPreview =
  | {
      readonly outcome: 'eligible';
      readonly mode: Exclude<JitMode, 'off'>;
      readonly ruleId: string;
      readonly domain: string;
    }
  | { readonly outcome: 'refused'; readonly reasons: readonly Reason[] };

/** What was decided and recorded. `admitted`: the member is there and active. */
export type AdmissionDecision =
  | { readonly outcome: 'admitted'; readonly admissionId: string; readonly memberId: string }
  | { readonly outcome: 'join_requested'; readonly admissionId: string; readonly joinRequestId: string }
  | { readonly outcome: 'refused'; readonly admissionId: string; readonly reasons: readonly Reason[] };

/** What the provisioning service answers to the other services. */
export const provisioningRequests = {
  /** Decides without recording, for each organization: eligibility before sending mail, and discovery's list. */
  preview: request<
    { applicant: Applicant; through: 'organization' | 'discovery'; entries: readonly EntryFacts[] },
    { previews: readonly AdmissionPreview[] }
  >('provisioning.preview'),

  /**
   * May this person enter here? Decides by the rules of this moment, records it with all inputs, and has the
   * organization create or activate the member (R36). The same flow asking again gets the same answer.
   * `through`: logging in at the organization, or chosen in discovery (there an only listed domain needs a colleague).
   */
  admit: request<
    {
      flowId: string;
      organizationId: string;
      memberId: string | null;
      applicant: Applicant;
      through: 'organization' | 'discovery';
    },
    AdmissionDecision
  >('provisioning.admit'),

  /**
   * Makes unreadable what is recorded of people who applied with these addresses and became no members by it (R54).
   * `addressHashes`: as the organization keys its addresses. Answered when it is so.
   */
  eraseApplicants: request<
    { commandId: string; organizationId: string; addressHashes: readonly string[] },
    Record<string, never>
  >('provisioning.erase_applicants'),
} as const;
