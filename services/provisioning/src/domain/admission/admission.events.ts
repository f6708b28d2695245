import type { Door } from '@muster/contracts';
import type { Event, Personal } from '@muster/eventsourcing';
import type { Instant } from '@muster/kernel';
import type { AdmissionInputs } from './admission-inputs.ts';
import type { EvaluatedRule } from './evaluate-rules.ts';
import type { RecordedReason } from './reasons.ts';

/** What every decision records: about whom, on what it rests (R36), and why it came out so. */
type Decided = {
  readonly admissionId: string;
  /** The member that is there, or the id that a new one gets. The address is sealed with this subject's key. */
  readonly memberId: string;
  readonly address: Personal<string>;
  readonly inputs: AdmissionInputs;
  readonly reasons: readonly RecordedReason[];
  readonly evaluatedRules: readonly EvaluatedRule[];
};

/** A person may enter through a door; a rule's slot is taken. Organization now creates or activates the member. */
export type AdmissionGranted = Event<
  'AdmissionGranted',
  Decided & {
    readonly door: Door;
    readonly ruleId: string | null;
    readonly roles: readonly string[];
    readonly membershipExpiresAt: Instant | null;
  }
>;

/** A rule leaves the person to a steward: there is a join request. */
export type AdmissionReferred = Event<
  'AdmissionReferred',
  Decided & { readonly ruleId: string; readonly joinRequestId: string }
>;

/** A person may not enter. */
export type AdmissionRefused = Event<'AdmissionRefused', Decided & { readonly ruleId: string | null }>;

/** A grant came to nothing before the member was there, for `cause`: its slot is free again. */
export type AdmissionWithdrawn = Event<
  'AdmissionWithdrawn',
  { readonly admissionId: string; readonly cause: string }
>;

/** The member that was granted admission is there and active. */
export type AdmissionSettled = Event<'AdmissionSettled', { readonly admissionId: string }>;

export type AdmissionDecided = AdmissionGranted | AdmissionReferred | AdmissionRefused;
export type AdmissionEvent = AdmissionDecided | AdmissionWithdrawn | AdmissionSettled;
