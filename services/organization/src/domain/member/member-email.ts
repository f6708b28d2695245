import { assertNever, domainOf, type Instant } from '@muster/kernel';
import type {
  EmailCommand,
  ProveAddress,
  ReplaceAddress,
  StartEmailUpdate,
  UnlinkRetiredEmail,
} from './member.commands.ts';
import type { MemberEmailEvent } from './member.events.ts';
import { assertPresent, refuse } from './member.rules.ts';
import type { Member, MemberEmail } from './member.state.ts';

/** Which addresses are a member's: the current one, retired ones, and one they are moving to (R5). */
export const decideEmail = (state: Member, command: EmailCommand): readonly MemberEmailEvent[] => {
  assertPresent(state, command.at);
  switch (command.type) {
    case 'ProveAddress':
      return prove(state, command);
    case 'ReplaceAddress':
      return replace(state, command);
    case 'StartEmailUpdate':
      return startUpdate(state, command);
    case 'UnlinkRetiredEmail':
      return unlink(state, command);
    default:
      return assertNever(command);
  }
};

const isUnderWay = (state: Member, address: string, at: Instant): boolean =>
  state.inFlight?.address === address && state.inFlight.until > at;

const retired = ({ emailId, address }: MemberEmail): MemberEmailEvent => ({
  type: 'MemberEmailRetired',
  data: { emailId, address },
});

const unlinked = ({ emailId, address }: MemberEmail): MemberEmailEvent => ({
  type: 'RetiredEmailUnlinked',
  data: { emailId, address },
});

/** Ends an unfinished move, except one to `address`. */
const abandoned = ({ inFlight }: Member, address: string | null): readonly MemberEmailEvent[] => {
  if (inFlight === null || inFlight.address === address) return [];
  const { emailId, heldAsRetired } = inFlight;
  return [{ type: 'EmailUpdateAbandoned', data: { emailId, address: inFlight.address, heldAsRetired } }];
};

/** The id under which the member has had, or is getting, this address. */
const emailIdOf = ({ retired: former, inFlight }: Member, address: string, newId: string): string =>
  [...former, ...(inFlight ? [inFlight] : [])].find((email) => email.address === address)?.emailId ?? newId;

const prove = (state: Member, { data: { address }, at }: ProveAddress): readonly MemberEmailEvent[] => {
  const { email, inFlight } = state;
  if (address === email.address)
    return email.verified
      ? []
      : [{ type: 'MemberEmailVerified', data: { emailId: email.emailId, domain: domainOf(address) } }];
  if (!isUnderWay(state, address, at)) return refuse('unable_to_verify_member_email_update');
  const moved = { emailId: inFlight!.emailId, address, domain: domainOf(address) };
  return [
    retired(email),
    { type: 'MemberEmailReplaced', data: { ...moved, emailVerified: true, heldUntil: null } },
  ];
};

/** An administrator writes another address: it is unproven, whatever the former one was (R10). */
const replace = (state: Member, { data }: ReplaceAddress): readonly MemberEmailEvent[] => {
  const { address, unlinkPrevious } = data;
  const { email, status, expiresAt } = state;
  if (address === email.address) return [];
  const emailId = emailIdOf(state, address, data.emailId);
  const heldUntil = status === 'pending' ? expiresAt : null;
  // Who was never active has used the former address for nothing: there is no reason to block it.
  const isFreed = unlinkPrevious || status !== 'active';
  return [
    ...abandoned(state, address),
    retired(email),
    ...(isFreed ? [unlinked(email)] : []),
    {
      type: 'MemberEmailReplaced',
      data: { emailId, address, domain: domainOf(address), emailVerified: false, heldUntil },
    },
  ];
};

const startUpdate = (state: Member, { data }: StartEmailUpdate): readonly MemberEmailEvent[] => {
  const { address, until } = data;
  if (state.status !== 'active' || !state.email.verified) refuse('member_has_no_active_verified_email');
  if (address === state.email.address) refuse('duplicate_member_email', '/email_address');
  const heldAsRetired = state.retired.some((former) => former.address === address);
  const emailId = emailIdOf(state, address, data.emailId);
  return [
    ...abandoned(state, address),
    { type: 'EmailUpdateStarted', data: { emailId, address, until, heldAsRetired } },
  ];
};

const unlink = (state: Member, { data }: UnlinkRetiredEmail): readonly MemberEmailEvent[] => {
  const email = state.retired.find(
    (former) =>
      (data.emailId === null || data.emailId === former.emailId) &&
      (data.address === null || data.address === former.address),
  );
  if (!email || (data.emailId === null && data.address === null)) return refuse('retired_email_not_found');
  // A move back to this address has no key of its own; without the retired one it would have none at all.
  const movingBack = state.inFlight?.emailId === email.emailId;
  return [...(movingBack ? abandoned(state, null) : []), unlinked(email)];
};
