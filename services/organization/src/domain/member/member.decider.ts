import type { Decider } from '@muster/eventsourcing';
import type { MemberCommand } from './member.commands.ts';
import type { MemberEvent } from './member.events.ts';
import { decideEmail } from './member-email.ts';
import { decideLifecycle } from './member-lifecycle.ts';
import { decideProfile } from './member-profile.ts';
import { evolveMember, type Member, noMember } from './member.state.ts';

/**
 * One person's place in one organization (R1). There is nothing above it: the same person elsewhere is another member,
 * with other addresses, roles and factors.
 */
export const memberDecider: Decider<MemberCommand, MemberEvent, Member> = {
  initialState: noMember,
  evolve: evolveMember,
  decide: (state, command) => {
    switch (command.type) {
      case 'CreateMember':
      case 'ExpectMember':
      case 'InviteMember':
      case 'ActivateMember':
      case 'DeactivateMember':
      case 'EndLapsedMember':
      case 'ReactivateMember':
      case 'EraseMember':
      case 'CompleteErasure':
        return decideLifecycle(state, command);
      case 'ProveAddress':
      case 'ReplaceAddress':
      case 'StartEmailUpdate':
      case 'UnlinkRetiredEmail':
        return decideEmail(state, command);
      default:
        return decideProfile(state, command);
    }
  },
};
