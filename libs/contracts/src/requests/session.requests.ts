import { request } from './request.ts';

/** A member acting for themselves, behind a member-session header. */
export type MemberCaller = {
  readonly organizationId: string;
  readonly memberId: string;
  readonly memberSessionId: string;
  readonly roles: readonly string[];
};

/** What the session service answers to the other services. */
export const sessionRequests = {
  /** Who a live session belongs to; `session_not_found` where there is none (same checks as `sessions/authenticate`). */
  resolve: request<{ sessionToken?: string; sessionJwt?: string }, MemberCaller>('session.resolve'),
} as const;
