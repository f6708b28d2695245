import type { MintAttempt, MintCheck } from './mint-attempt.ts';

const lacksPrimary = ({ gap }: MintAttempt, code: string): boolean =>
  gap.primary_required?.reasons.some((reason) => reason.code === code) ?? false;

/** R10, R12: a primary factor that counts here proves the member's own address. */
export const provenSubject: MintCheck = (attempt) =>
  lacksPrimary(attempt, 'no_transferable_factor') ? 'missing' : undefined;

/** The organization allows the method of one such factor. */
export const allowedMethod: MintCheck = (attempt) =>
  lacksPrimary(attempt, 'methods_not_allowed') ? 'missing' : undefined;

/** R13: what the organization requires or the member enrolled in was performed. */
export const performedMfa: MintCheck = ({ gap }) => (gap.mfa_required === null ? undefined : 'missing');

/** R14: a proof is as fresh as the organization wants it. */
export const recentProof: MintCheck = ({ gap }) =>
  gap.reauthentication_required === null ? undefined : 'missing';
