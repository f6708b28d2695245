import { adminRole, type WireErrorType } from '@muster/contracts';
import { DomainError } from '@muster/kernel';

/** Whoever acts, and the roles they hold; null: the application's backend, which may do anything. */
type Holder = { readonly roles: readonly string[] } | null;

/** I15: `stytch_admin` holds all roles, everybody else those they have. */
export const mayAssign = (holder: Holder, role: string): boolean =>
  holder === null || holder.roles.includes(adminRole) || holder.roles.includes(role);

const refuseUnheld = (holder: Holder, roles: readonly string[], pointer: string): void => {
  if (!roles.every((role) => mayAssign(holder, role)))
    throw new DomainError<WireErrorType>('session_authorization_error', { pointer });
};

/**
 * I15: a member gives and takes only roles they hold themselves. Taking counts too: who could strip those above them
 * would be above them.
 */
export const assertMayAssign = (
  holder: Holder,
  { before, after }: { readonly before: readonly string[]; readonly after: readonly string[] },
): void => {
  const given = after.filter((role) => !before.includes(role));
  const taken = before.filter((role) => !after.includes(role));
  refuseUnheld(holder, [...given, ...taken], '/roles');
};

/**
 * I15: whoever decides where a member's mail goes can become that member, so this needs every role the member holds.
 */
export const assertMayReaddress = (holder: Holder, roles: readonly string[]): void =>
  refuseUnheld(holder, roles, '/email_address');
