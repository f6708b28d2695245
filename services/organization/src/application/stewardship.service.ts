import { adminRole, type RequestContext, type WireErrorType } from '@muster/contracts';
import { type CommandContext, fold, handleCommand, type UnitOfWork } from '@muster/eventsourcing';
import { DomainError, domainOf, type Instant } from '@muster/kernel';
import { memberAggregate } from '../domain/member/member.aggregate.ts';
import { assertPresent, hasLapsed } from '../domain/member/member.rules.ts';
import { stewardsAggregate, stewardsOf } from '../domain/stewards/stewards.aggregate.ts';
import { removeLapsed } from './keep-stewards.ts';
import { changeMember, handleMemberCommand, loadOrganization } from './member-work.ts';
import { memberIn, type Place } from './place.ts';
import type { Identity, MemberDependencies, Stewardship } from './ports.ts';

type Reclaim = Parameters<Stewardship['reclaim']>[0];

/** Who answers for an organization, and what happens when nobody does any more (R7, R8). */
export class StewardshipService implements Stewardship {
  constructor(
    private readonly dependencies: MemberDependencies,
    private readonly identity: Pick<Identity, 'notify'>,
  ) {}

  async isOwnerless(organizationId: string): Promise<boolean> {
    const place = this.place(organizationId);
    const { state } = await fold(
      this.dependencies,
      stewardsAggregate,
      stewardsOf(place.projectId, organizationId),
    );
    if (state.ownerless || state.memberIds.length === 0) return state.ownerless;
    const at = this.dependencies.clock();
    if (await this.anyLives(place, state.memberIds, at)) return false;
    await this.recordLapse(place, at);
    return true;
  }

  async reclaim({ organizationId, memberId, domain }: Reclaim, context: CommandContext): Promise<void> {
    const place = this.place(organizationId);
    await handleMemberCommand(this.dependencies, context, async (unit) => {
      await loadOrganization(unit, place);
      const stewards = await unit.load(stewardsAggregate, stewardsOf(place.projectId, organizationId));
      stewards.execute({ type: 'ReclaimOrganization', data: { memberId, domain }, at: context.at });
      await this.promote(unit, place, memberId, domain, context.at);
    });
    const { state } = await fold(this.dependencies, memberAggregate, memberIn(place, memberId));
    // A repeat of the command reaches this again, and the notice's own id makes one of both.
    await this.identity.notify(
      {
        commandId: `${context.commandId}.notice`,
        template: 'organization_reclaimed',
        organizationId,
        memberId,
        address: state.email.address,
        values: { domain },
      },
      requestOf(context),
    );
  }

  /** Gives the role to who is active with a proven address in the domain. */
  private async promote(
    unit: UnitOfWork,
    place: Place,
    memberId: string,
    domain: string,
    at: Instant,
  ): Promise<void> {
    const id = memberIn(place, memberId);
    const { state } = await unit.load(memberAggregate, id);
    assertPresent(state, at);
    const { address, verified } = state.email;
    if (state.status !== 'active' || !verified || domainOf(address) !== domain)
      throw new DomainError<WireErrorType>('member_has_no_active_verified_email');
    const roles = [...state.roles, adminRole];
    await changeMember(unit, id, [{ type: 'AssignRoles', data: { roles }, at }], 'backend');
  }

  private async anyLives(place: Place, memberIds: readonly string[], at: Instant): Promise<boolean> {
    for (const memberId of memberIds) {
      const { state } = await fold(this.dependencies, memberAggregate, memberIn(place, memberId));
      if (!hasLapsed(state, at)) return true;
    }
    return false;
  }

  /** Nobody does anything when time ends the last steward's membership, so whoever notices writes it down (R8). */
  private async recordLapse(place: Place, at: Instant): Promise<void> {
    const { projectId, organizationId } = place;
    const commandId = this.dependencies.newId('request-id');
    const context: CommandContext = {
      projectId,
      actor: 'system:stewardship',
      commandId,
      correlationId: commandId,
      causationId: commandId,
      at,
      content: { type: 'RecordLapsedStewards', organizationId },
    };
    await handleCommand(this.dependencies, context, async (unit) => {
      const stewards = await unit.load(stewardsAggregate, stewardsOf(projectId, organizationId));
      await removeLapsed(unit, stewards, { place, memberIds: stewards.state.memberIds, at });
    });
  }

  private place(organizationId: string): Place {
    return { projectId: this.dependencies.projectId, organizationId };
  }
}

/** The command goes on as a question to another service. */
const requestOf = (command: CommandContext): RequestContext => {
  const { projectId, actor, correlationId, commandId, traceparent } = command;
  const origin = { projectId, actor, correlationId, requestId: correlationId, causationId: commandId };
  return traceparent === undefined ? origin : { ...origin, traceparent };
};
