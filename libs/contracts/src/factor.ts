import type { Instant } from '@muster/kernel';

/** Where a factor may count; fixed when it is proven (R10). */
export type TrustScope =
  | { readonly kind: 'anywhere' }
  | { readonly kind: 'organization'; readonly organizationId: string }
  | { readonly kind: 'connection'; readonly connectionId: string };

/** What a factor proved: control of an address, or to be a subject of a connection. Never a member's current address. */
export type FactorSubject =
  | { readonly kind: 'email'; readonly address: string; readonly emailId: string }
  | { readonly kind: 'connection'; readonly connectionId: string; readonly subject: string };

export type FactorMethod = 'magic_link' | 'email_otp';

/** A fact proven at a time. Held in a ledger by an intermediate session or a session. */
export type Factor = {
  readonly method: FactorMethod;
  readonly order: 'PRIMARY' | 'SECONDARY';
  readonly subject: FactorSubject;
  readonly trust: TrustScope;
  /** First proven, and last performed: policies on age look at `lastProvenAt` (R13). */
  readonly firstProvenAt: Instant;
  readonly lastProvenAt: Instant;
};
