import type { RedeemedProof } from '@muster/contracts';
import type { Event, Personal } from '@muster/eventsourcing';
import type { Instant } from '@muster/kernel';

export type Purpose = RedeemedProof['purpose'];

/** Whom a proof is for, and the epochs it dies with (R16). All null in discovery, where nobody is a member yet. */
export type Addressee = {
  readonly memberId: string | null;
  readonly memberEpoch: number | null;
  readonly organizationEpoch: number | null;
};

/** A link was promised to an address. The token in it is derived from the link's id, never stored. */
export type EmailLinkSent = Event<
  'EmailLinkSent',
  Addressee & {
    readonly purpose: Purpose;
    readonly address: Personal<string>;
    readonly emailId: string;
    /** The sending itself brought about the pending member. */
    readonly memberCreated: boolean;
    /** PKCE (RFC 7636), S256; null where the caller did not ask for it. */
    readonly codeChallenge: string | null;
    readonly sentAt: Instant;
    readonly expiresAt: Instant;
  }
>;

/** The link was used up, by one login flow (R18). */
export type EmailLinkRedeemed = Event<
  'EmailLinkRedeemed',
  { readonly flowId: string; readonly redeemedAt: Instant }
>;

export type EmailLinkEvent = EmailLinkSent | EmailLinkRedeemed;
