import type { Loaded, UnitOfWork } from '@muster/eventsourcing';
import type { Instant } from '@muster/kernel';
import { memberAggregate } from '../domain/member/member.aggregate.ts';
import type { MemberCommand } from '../domain/member/member.commands.ts';
import type { DeactivationCause, MemberEvent } from '../domain/member/member.events.ts';
import { hasLapsed, isSteward } from '../domain/member/member.rules.ts';
import type { Member } from '../domain/member/member.state.ts';
import { stewardsAggregate, stewardsOf } from '../domain/stewards/stewards.aggregate.ts';
import type { Authority, StewardsCommand, Stewards } from '../domain/stewards/stewards.decider.ts';
import type { StewardRemovalCause, StewardsEvent } from '../domain/stewards/stewards.events.ts';
import { memberIn, type Place } from './place.ts';

export type LoadedMember = Loaded<MemberCommand, MemberEvent, Member>;
export type LoadedStewards = Loaded<StewardsCommand, StewardsEvent, Stewards>;

/** What was just decided on one member, and on whose authority. */
type MemberChange = {
  readonly member: LoadedMember;
  readonly before: Member;
  readonly events: readonly MemberEvent[];
  readonly by: Authority;
  readonly at: Instant;
};

const causeOfDeactivation = (cause: DeactivationCause): StewardRemovalCause =>
  cause === 'left' || cause === 'membership_ended' ? cause : 'deactivated';

const causeOf = (events: readonly MemberEvent[]): StewardRemovalCause => {
  const ended = events.find(({ type }) => type === 'MemberDeactivated');
  return ended?.type === 'MemberDeactivated' ? causeOfDeactivation(ended.data.cause) : 'demoted';
};

const placeOf = ({ id }: LoadedMember): Place => ({
  projectId: id.projectId,
  organizationId: id.organizationId!,
});

/**
 * The commit that makes somebody a steward, or no steward any more, also says so in the organization's stewards stream:
 * whoever else does so at the same time meets it there (R7).
 * @throws DomainError cannot_remove_last_steward
 */
export const keepStewards = async (unit: UnitOfWork, change: MemberChange): Promise<void> => {
  const { member, before, events, by, at } = change;
  const is = isSteward(member.state);
  if (is === isSteward(before)) return;
  const place = placeOf(member);
  const stewards = await unit.load(stewardsAggregate, stewardsOf(place.projectId, place.organizationId));
  const memberId = member.id.id;
  if (is) {
    stewards.execute({ type: 'AddSteward', data: { memberId }, at });
    return;
  }
  const others = stewards.state.memberIds.filter((id) => id !== memberId);
  await removeLapsed(unit, stewards, { place, memberIds: others, at });
  stewards.execute({ type: 'RemoveSteward', data: { memberId, cause: causeOf(events), by }, at });
};

/**
 * Strikes off stewards whose membership time has ended (R34), so that none of them is taken for somebody who could
 * still administer the organization. Whose membership it was stays as it is.
 */
export const removeLapsed = async (
  unit: UnitOfWork,
  stewards: LoadedStewards,
  {
    place,
    memberIds,
    at,
  }: { readonly place: Place; readonly memberIds: readonly string[]; readonly at: Instant },
): Promise<void> => {
  for (const memberId of memberIds) {
    const { state } = await unit.load(memberAggregate, memberIn(place, memberId));
    if (!hasLapsed(state, at)) continue;
    const data = { memberId, cause: 'membership_ended', by: 'backend' } as const;
    stewards.execute({ type: 'RemoveSteward', data, at });
  }
};
