import type { Event } from '@muster/eventsourcing';
import type { Instant } from '@muster/kernel';
import type { Addressee, Purpose } from '../email-link/email-link.events.ts';

/** A new code was promised to the address of this stream; every earlier one is dead. It is derived, never stored. */
export type EmailCodeSent = Event<
  'EmailCodeSent',
  Addressee & {
    readonly codeId: string;
    readonly generation: number;
    readonly purpose: Purpose;
    readonly emailId: string;
    /** The sending itself brought about the pending member. */
    readonly memberCreated: boolean;
    readonly sentAt: Instant;
    readonly expiresAt: Instant;
  }
>;

/** The right code was given, by one login flow; it is used up (R18). Holds all that the answer is made of. */
export type EmailCodeRedeemed = Event<
  'EmailCodeRedeemed',
  Addressee & {
    readonly generation: number;
    readonly flowId: string;
    readonly purpose: Purpose;
    readonly emailId: string;
    readonly redeemedAt: Instant;
  }
>;

/** A wrong code was given. A fact, not an error: the attempts are counted by it (R19). */
export type EmailCodeRefused = Event<
  'EmailCodeRefused',
  { readonly generation: number; readonly refusedAt: Instant }
>;

export type EmailCodeEvent = EmailCodeSent | EmailCodeRedeemed | EmailCodeRefused;
