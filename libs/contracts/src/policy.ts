import type { AllowList, AuthMethod, MfaMethod } from './wire/organization.ts';

/** Which primary methods an organization accepts. `allowed` counts only with RESTRICTED. */
export type AuthenticationPolicy = { readonly mode: AllowList; readonly allowed: readonly AuthMethod[] };

export type MfaPolicy = {
  readonly requirement: 'OPTIONAL' | 'REQUIRED_FOR_ALL';
  readonly mode: AllowList;
  readonly allowed: readonly MfaMethod[];
};

/** R14, in minutes; null: no demand of that kind. */
export type SessionPolicy = {
  readonly maximumDurationMinutes: number | null;
  readonly idleTimeoutMinutes: number | null;
  readonly reauthenticationIntervalMinutes: number | null;
};

export const noSessionPolicy: SessionPolicy = {
  maximumDurationMinutes: null,
  idleTimeoutMinutes: null,
  reauthenticationIntervalMinutes: null,
};
