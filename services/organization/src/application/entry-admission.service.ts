import type { organizationRequests, PayloadOf, ReplyOf, WireErrorType } from '@muster/contracts';
import type { CommandContext, UnitOfWork } from '@muster/eventsourcing';
import { DomainError, type Instant } from '@muster/kernel';
import { memberAggregate } from '../domain/member/member.aggregate.ts';
import type { MemberCommand } from '../domain/member/member.commands.ts';
import { newcomer } from '../domain/member/newcomer.ts';
import { organizationAggregate } from '../domain/organization/organization.aggregate.ts';
import { knownRoles, promiseOf } from './invitation-promise.ts';
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

type Asked = typeof organizationRequests;
type Admission = PayloadOf<Asked['admitMember']>;

const ATTEMPTS = 5;

/** What other services have done to members on their way in: they decide who, this service decides whether it still holds. */
export class EntryAdmissionService {
  constructor(
    private readonly dependencies: MemberDependencies,
    private readonly lookup: MemberLookup,
  ) {}

  /** R33: two people typing one address at the same time expect one member. */
  async expectMember(
    { organizationId, address: text, expiresAt }: PayloadOf<Asked['expectMember']>,
    context: CommandContext,
  ): Promise<ReplyOf<Asked['expectMember']>> {
    const place = this.place(organizationId);
    const address = canonical(text);
    const { newId } = this.dependencies;
    const emailId = newId('member-email');
    return whileOthersTake(async () => {
      const holder = await this.lookup.lastHolder(organizationId, address, context.at);
      const memberId = holder?.kind === 'current' ? holder.owner : newId('member');
      const { events } = await handleMemberCommand(this.dependencies, context, async (unit) => {
        await loadOrganization(unit, place);
        const data = { emailId, address, expiresAt };
        const command: MemberCommand = { type: 'ExpectMember', data, at: context.at };
        await changeMember(unit, memberIn(place, memberId), [command], 'backend');
      });
      const made = events.find(({ event }) => event.type === 'MemberCreated');
      return { memberId: events[0]?.id.id ?? memberId, created: made !== undefined };
    });
  }

  /**
   * R36: the organization is exactly as it was when the admission was decided, or nothing happens. The admission's id is
   * the command's, so however often it is asked for there is one member.
   */
  async admitMember(admission: Admission, context: CommandContext): Promise<ReplyOf<Asked['admitMember']>> {
    const place = this.place(admission.organizationId);
    const address = canonical(admission.address);
    let outcome: 'admitted' | 'policy_changed' = 'admitted';
    await handleMemberCommand(this.dependencies, context, async (unit) => {
      const organization = await unit.load(organizationAggregate, { ...place, id: place.organizationId });
      const { state, revision } = organization;
      const isAsDecided = revision === admission.organizationRevision && state.status === 'existing';
      outcome = isAsDecided ? 'admitted' : 'policy_changed';
      if (!isAsDecided) return;
      await makeRoom(unit, this.lookup, { place, address, at: context.at, endMemberships: false });
      await this.enter(unit, place, { ...admission, address }, context);
    });
    return { outcome };
  }

  /** The id of the address among the member's. */
  async proveAddress(
    { organizationId, memberId, address: text }: PayloadOf<Asked['proveAddress']>,
    context: CommandContext,
  ): Promise<ReplyOf<Asked['proveAddress']>> {
    const place = this.place(organizationId);
    const address = canonical(text);
    await handleMemberCommand(this.dependencies, context, async (unit) => {
      const command: MemberCommand = { type: 'ProveAddress', data: { address }, at: context.at };
      await changeMember(unit, memberIn(place, memberId), [command], authorityOf(context));
    });
    const proven = await this.lookup.byId(organizationId, memberId);
    if (!proven) throw new DomainError<WireErrorType>('member_not_found');
    return { emailId: proven.email.emailId };
  }

  private async enter(
    unit: UnitOfWork,
    place: Place,
    admission: Admission,
    { at }: CommandContext,
  ): Promise<void> {
    const id = memberIn(place, admission.memberId);
    const { state } = await unit.load(memberAggregate, id);
    const roles = knownRoles(this.dependencies.rbac, admission.roles);
    const command =
      state.status === 'absent'
        ? this.newcomer({ ...admission, roles }, at)
        : await this.acceptance(unit, place, { ...admission, roles }, at);
    await changeMember(unit, id, [command], 'backend');
  }

  private newcomer({ door, address, roles, expiresAt }: Admission, at: Instant): MemberCommand {
    const emailId = this.dependencies.newId('member-email');
    // Who redeemed a proof says so by `proveAddress`; a connection or a directory proves nothing here (R37).
    const given = { door, address, roles, emailId, membershipEndsAt: expiresAt };
    const data = { ...newcomer, ...given, pending: false };
    return { type: 'CreateMember', data, at };
  }

  private async acceptance(
    unit: UnitOfWork,
    place: Place,
    { memberId, door, address, roles, expiresAt }: Admission,
    at: Instant,
  ): Promise<MemberCommand> {
    const { state } = await unit.load(memberAggregate, memberIn(place, memberId));
    const promise = await promiseOf(unit, place, state, this.dependencies.rbac, at);
    // S15: an invitation is worth what its author may do when it is accepted.
    if (door === 'invite' && !promise.holds) throw new DomainError<WireErrorType>('invite_expired');
    const { withheldRoles } = promise;
    const data = { door, address, roles, withheldRoles, membershipEndsAt: expiresAt };
    return { type: 'ActivateMember', data, at };
  }

  private place(organizationId: string): Place {
    return { projectId: this.dependencies.projectId, organizationId };
  }
}

/** Looks again where somebody else took the address between looking and writing: by then it says who. */
export const whileOthersTake = async <T>(work: () => Promise<T>): Promise<T> => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const taken = error instanceof DomainError && error.code === 'duplicate_member_email';
      if (!taken || attempt === ATTEMPTS) throw error;
    }
  }
};
