import type { Instant } from '@muster/kernel';

/** What an organization can say of a domain (R6): wrote it down, proved it by DNS, keeps it for itself. */
export type EmailDomainState = 'listed' | 'verified' | 'claimed';
export type EmailDomain = { readonly domain: string; readonly state: EmailDomainState };

/**
 * Whom a rule is about (R31). `email_domain`: a proven address in exactly that domain, which the organization holds at
 * least in `state`. `any_listed_email_domain`: in any of the organization's domains. `connection`: came through that
 * connection; `any_connection`: through any active one of the organization. `oauth_tenant`: through that tenant.
 */
export type JitMatcher =
  | { readonly type: 'email_domain'; readonly domain: string; readonly state: EmailDomainState }
  | { readonly type: 'any_listed_email_domain' }
  | { readonly type: 'connection'; readonly connectionId: string }
  | { readonly type: 'any_connection' }
  | { readonly type: 'oauth_tenant'; readonly provider: string; readonly tenant: string };

/** R32: not at all; offered, joins on choice; a steward decides; joins on first login through that door. */
export type JitMode = 'off' | 'ask' | 'approve' | 'auto';

export type JitRule = {
  readonly ruleId: string;
  readonly matcher: JitMatcher;
  readonly mode: JitMode;
  /** Roles assigned directly on admission (R34). */
  readonly roles: readonly string[];
  /** The membership ends so many days after admission; null: never. */
  readonly membershipDays: number | null;
  /** How many members this rule may admit; null: no cap. */
  readonly cap: number | null;
  /** The rule matches nobody from this instant on. */
  readonly endsAt: Instant | null;
  /** Written by the caller, or part of the fixed block behind the flat wire fields (R35). */
  readonly source: 'custom' | 'default';
};
