import type { organizationRequests, PayloadOf, ReplyOf, WireErrorType } from '@muster/contracts';
import type { CommandContext, UnitOfWork } from '@muster/eventsourcing';
import { DomainError, domainOf } from '@muster/kernel';
import { memberAggregate } from '../domain/member/member.aggregate.ts';
import { assertPresent, checkAssignable, isPresent } from '../domain/member/member.rules.ts';
import type { Organization } from '../domain/organization/organization.state.ts';
import { assertUnclaimed, type DomainClaims } from './claimed-domains.ts';
import { whileOthersTake } from './entry-admission.service.ts';
import { rolesOf } from './invitation-promise.ts';
import { assertMayAssign } from './member-grants.ts';
import type { MemberLookup } from './member-lookup.ts';
import {
  authorityOf,
  canonical,
  changeMember,
  handleMemberCommand,
  loadOrganization,
  makeRoom,
} from './member-work.ts';
import { memberIn, type Place } from './place.ts';
import type { MemberDependencies } from './ports.ts';

type Invitation = PayloadOf<typeof organizationRequests.inviteMember>;

const MEMBER = 'member:';

/** The invite door: works with all JIT off, and can itself be shut (R30, R39). */
export class InvitationService {
  constructor(
    private readonly dependencies: MemberDependencies,
    private readonly lookup: MemberLookup,
    private readonly claims: DomainClaims,
  ) {}

  /** A member's own session as the actor bounds what the invitation can promise; the backend's does not (I15). */
  async invite(
    invitation: Invitation,
    context: CommandContext,
  ): Promise<ReplyOf<typeof organizationRequests.inviteMember>> {
    const place = { projectId: this.dependencies.projectId, organizationId: invitation.organizationId };
    const address = canonical(invitation.address);
    checkAssignable(
      invitation.roles,
      this.dependencies.rbac.roles.map(({ role_id }) => role_id),
    );
    await assertUnclaimed(this.claims, address, place.organizationId);
    const grantedByMemberId = context.actor.startsWith(MEMBER) ? context.actor.slice(MEMBER.length) : null;
    const { newId } = this.dependencies;
    const ids = { memberId: newId('member'), emailId: newId('member-email') };
    return whileOthersTake(async () => {
      const { events } = await handleMemberCommand(this.dependencies, context, async (unit) => {
        const { state: organization } = await loadOrganization(unit, place);
        assertInvitable(organization, address);
        if (grantedByMemberId !== null)
          await this.assertMayPromise(unit, place, grantedByMemberId, invitation.roles, context);
        const memberId = await this.invitee(unit, place, address, ids.memberId, context);
        const { organizationId: _, commandId: __, ...asked } = invitation;
        const data = { ...asked, address, emailId: ids.emailId, grantedByMemberId };
        const invite = { type: 'InviteMember', data, at: context.at } as const;
        await changeMember(unit, memberIn(place, memberId), [invite], authorityOf(context));
      });
      const issued = events.find(
        ({ event: { type } }) => type === 'MemberInvited' || type === 'InvitationRenewed',
      );
      return { memberId: issued!.id.id };
    });
  }

  /** Whoever has the address, if they can be invited; else somebody new, once who is in the way is ended. */
  private async invitee(
    unit: UnitOfWork,
    place: Place,
    address: string,
    newMemberId: string,
    { at }: CommandContext,
  ): Promise<string> {
    const holder = await this.lookup.lastHolder(place.organizationId, address, at);
    if (holder?.kind === 'current') {
      const { state } = await unit.load(memberAggregate, memberIn(place, holder.owner));
      const isWaiting = state.status === 'pending' || isPresent(state, at);
      if (isWaiting && state.email.address === address) return holder.owner;
    }
    await makeRoom(unit, this.lookup, { place, address, at, endMemberships: true });
    return newMemberId;
  }

  private async assertMayPromise(
    unit: UnitOfWork,
    place: Place,
    authorId: string,
    roles: readonly string[],
    { at }: CommandContext,
  ): Promise<void> {
    const { state: author } = await unit.load(memberAggregate, memberIn(place, authorId));
    assertPresent(author, at);
    const { state: organization } = await loadOrganization(unit, place);
    assertMayAssign({ roles: rolesOf(author, organization) }, { before: [], after: roles });
  }
}

const assertInvitable = ({ emailInvites, domains }: Organization, address: string): void => {
  if (emailInvites === 'NOT_ALLOWED') throw new DomainError<WireErrorType>('email_invites_not_allowed');
  const isOwn = domains.some(({ domain }) => domain === domainOf(address));
  if (emailInvites === 'RESTRICTED' && !isOwn)
    throw new DomainError<WireErrorType>('invalid_email_for_invites');
};
