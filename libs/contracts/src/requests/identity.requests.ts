import type { Instant } from '@muster/kernel';
import type { Factor } from '../factor.ts';
import { request } from './request.ts';

/** A proof that was good, and what it was given for. `organizationId` and `memberId` are null in discovery. */
export type RedeemedProof = {
  readonly factor: Factor;
  readonly organizationId: string | null;
  readonly memberId: string | null;
  /** Epochs at sending: the proof is dead where they were raised since (R16). */
  readonly memberEpoch: number | null;
  readonly organizationEpoch: number | null;
  readonly purpose: 'login' | 'signup' | 'invite' | 'discovery' | 'email_update';
};

/** What the identity service answers to the other services. */
export const identityRequests = {
  /**
   * Consumes an e-mail link for one login flow (R18): the same flow may ask again and gets the same answer, any other is
   * refused with `unable_to_auth_magic_link`. PKCE: `pkce_expected_code_verifier`, `pkce_mismatch`.
   */
  redeemEmailLink: request<
    { flowId: string; scope: 'organization' | 'discovery'; token: string; codeVerifier: string | null },
    RedeemedProof
  >('identity.redeem_email_link'),

  /**
   * Consumes an e-mail code likewise. Attempts are counted before the check (R19): `unable_to_auth_otp_code`,
   * `user_lock_limit_reached`; in discovery, where no member can be locked, `too_many_requests` for the address.
   */
  redeemEmailCode: request<
    { flowId: string; organizationId: string | null; address: string; code: string },
    RedeemedProof
  >('identity.redeem_email_code'),

  /** Sends the link or code that completes a member's e-mail update (5 minutes). */
  sendEmailUpdate: request<
    {
      commandId: string;
      organizationId: string;
      memberId: string;
      address: string;
      delivery: 'EMAIL_MAGIC_LINK' | 'EMAIL_OTP';
      redirectUrl: string | null;
    },
    { expiresAt: Instant }
  >('identity.send_email_update'),

  /** Tells a member by mail that something happened; texts live in the identity service's templates. */
  notify: request<
    {
      commandId: string;
      template:
        | 'organization_reclaimed'
        | 'organization_ownerless'
        | 'join_requested'
        | 'join_request_decided';
      organizationId: string;
      memberId: string;
      address: string;
      values: Readonly<Record<string, string>>;
    },
    Record<string, never>
  >('identity.notify'),

  /** Drops what is kept of a member's mail beside the log: all that a mailbox for development caught (R54). */
  forgetMember: request<{ organizationId: string; memberId: string }, Record<string, never>>(
    'identity.forget_member',
  ),
} as const;
