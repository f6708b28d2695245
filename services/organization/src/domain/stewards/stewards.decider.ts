import type { WireErrorType } from '@muster/contracts';
import type { Command, Decider } from '@muster/eventsourcing';
import { assertNever, DomainError } from '@muster/kernel';
import type { StewardRemovalCause, StewardsEvent } from './stewards.events.ts';

/**
 * On whose authority a member changes: a member session, the application's backend, or a directory. Only the first is
 * bound by the last steward; a deprovisioning is never blocked (R7).
 */
export type Authority = 'member' | 'backend' | 'directory';

type AddSteward = Command<'AddSteward', { readonly memberId: string }>;
type RemoveSteward = Command<
  'RemoveSteward',
  { readonly memberId: string; readonly cause: StewardRemovalCause; readonly by: Authority }
>;
type ReclaimOrganization = Command<
  'ReclaimOrganization',
  { readonly memberId: string; readonly domain: string }
>;
export type StewardsCommand = AddSteward | RemoveSteward | ReclaimOrganization;

/** Who administers one organization. `ownerless` only where it had a steward once (R7). */
export type Stewards = { readonly memberIds: readonly string[]; readonly ownerless: boolean };

const refuse = (code: WireErrorType): never => {
  throw new DomainError<WireErrorType>(code);
};

const add = ({ memberIds }: Stewards, { data: { memberId } }: AddSteward): readonly StewardsEvent[] =>
  memberIds.includes(memberId) ? [] : [{ type: 'StewardAdded', data: { memberId } }];

const remove = ({ memberIds }: Stewards, { data }: RemoveSteward): readonly StewardsEvent[] => {
  const { memberId, cause, by } = data;
  if (!memberIds.includes(memberId)) return [];
  const isLast = memberIds.length === 1;
  if (isLast && by === 'member') refuse('cannot_remove_last_steward');
  return [
    { type: 'StewardRemoved', data: { memberId, cause } },
    ...(isLast ? [{ type: 'OrganizationBecameOwnerless', data: {} } as const] : []),
  ];
};

const reclaim = (state: Stewards, { data }: ReclaimOrganization): readonly StewardsEvent[] => {
  if (!state.ownerless) refuse('organization_not_ownerless');
  return [
    { type: 'OrganizationReclaimed', data },
    { type: 'StewardAdded', data: { memberId: data.memberId } },
  ];
};

/** A small stream of its own: whoever gives or takes stewardship meets everybody else who does here (R7). */
export const stewardsDecider: Decider<StewardsCommand, StewardsEvent, Stewards> = {
  initialState: { memberIds: [], ownerless: false },
  decide: (state, command) => {
    switch (command.type) {
      case 'AddSteward':
        return add(state, command);
      case 'RemoveSteward':
        return remove(state, command);
      case 'ReclaimOrganization':
        return reclaim(state, command);
      default:
        return assertNever(command);
    }
  },
  evolve: (state, event) => {
    switch (event.type) {
      case 'StewardAdded':
        return { memberIds: [...state.memberIds, event.data.memberId], ownerless: false };
      case 'StewardRemoved':
        return { ...state, memberIds: state.memberIds.filter((id) => id !== event.data.memberId) };
      case 'OrganizationBecameOwnerless':
        return { ...state, ownerless: true };
      case 'OrganizationReclaimed':
        return state;
      default:
        return assertNever(event);
    }
  },
};
