import type { WireErrorType } from '@muster/contracts';
import type { CommandContext, UnitOfWork } from '@muster/eventsourcing';
import { DomainError, isId, type JsonObject } from '@muster/kernel';
import { memberAggregate } from '../domain/member/member.aggregate.ts';
import type { MemberCommand } from '../domain/member/member.commands.ts';
import { assertPresent, checkAssignable } from '../domain/member/member.rules.ts';
import { assertUnclaimed, type DomainClaims } from './claimed-domains.ts';
import { assertMayAssign, assertMayReaddress } from './member-grants.ts';
import type { MemberLookup } from './member-lookup.ts';
import { type MemberPatch, patchCommands } from './member-patch.ts';
import {
  asMemberError,
  authorityOf,
  canonical,
  changeMember,
  handleMemberCommand,
  loadOrganization,
  makeRoom,
} from './member-work.ts';
import { memberIn, type Place } from './place.ts';
import type { ActingMember, MemberDependencies } from './ports.ts';

export type NewMember = {
  readonly emailAddress: string;
  readonly name: string;
  readonly trustedMetadata: JsonObject;
  readonly untrustedMetadata: JsonObject;
  readonly pending: boolean;
  readonly isBreakglass: boolean;
  readonly mfaPhoneNumber: string | null;
  readonly mfaEnrolled: boolean;
  readonly roles: readonly string[];
  readonly externalId: string | null;
};

/** Explicit provisioning by the backend or a member session: works with all JIT off (R39). */
export class MemberService {
  constructor(
    private readonly dependencies: MemberDependencies,
    private readonly lookup: MemberLookup,
    private readonly claims: DomainClaims,
  ) {}

  /** The id of the new member; a repeat of the same command gives the first one's (E5). */
  async create(
    organizationId: string,
    { emailAddress, ...given }: NewMember,
    acting: ActingMember | null,
    context: CommandContext,
  ): Promise<string> {
    const place = this.place(organizationId);
    const address = canonical(emailAddress);
    this.checkRoles(given.roles);
    assertMayAssign(acting, { before: [], after: given.roles });
    await assertUnclaimed(this.claims, address, organizationId);
    const { newId } = this.dependencies;
    const [memberId, emailId] = [newId('member'), newId('member-email')];
    const { events } = await handleMemberCommand(this.dependencies, context, async (unit) => {
      await loadOrganization(unit, place);
      await this.makeRoom(unit, place, address, context);
      const door = 'admin_api' as const;
      const unproven = { emailId, address, emailVerified: false, membershipEndsAt: null, door };
      const create: MemberCommand = {
        type: 'CreateMember',
        data: { ...given, ...unproven },
        at: context.at,
      };
      await changeMember(unit, memberIn(place, memberId), [create], authorityOf(context));
    });
    return events.find(({ event }) => event.type === 'MemberCreated')!.id.id;
  }

  async update(
    organizationId: string,
    memberId: string,
    patch: MemberPatch,
    acting: ActingMember | null,
    context: CommandContext,
  ): Promise<void> {
    const place = this.place(organizationId);
    const { roles, address } = patch;
    if (roles) this.checkRoles(roles);
    const commands = patchCommands(patch, this.dependencies.newId('member-email'), context.at);
    await handleMemberCommand(this.dependencies, context, async (unit) => {
      if (address !== undefined) await this.makeRoom(unit, place, address, context);
      const { state } = await unit.load(memberAggregate, memberIn(place, memberId));
      assertPresent(state, context.at);
      if (roles) assertMayAssign(acting, { before: state.roles, after: roles });
      if (address !== undefined) assertMayReaddress(acting, state.roles);
      await changeMember(unit, memberIn(place, memberId), commands, authorityOf(context));
    });
  }

  /** Deleting an invited member revokes the invitation. */
  async remove(
    organizationId: string,
    memberId: string,
    acting: ActingMember | null,
    context: CommandContext,
  ): Promise<void> {
    const cause = acting?.memberId === memberId ? 'left' : 'deleted';
    await this.change(organizationId, memberId, { type: 'DeactivateMember', data: { cause } }, context);
  }

  async reactivate(organizationId: string, memberId: string, context: CommandContext): Promise<void> {
    const place = this.place(organizationId);
    const document = isId('member', memberId) ? await this.lookup.byId(organizationId, memberId) : undefined;
    if (!document) throw new DomainError<WireErrorType>('no_deleted_member_found_for_reactivation');
    const { address } = document.email;
    try {
      await handleMemberCommand(this.dependencies, context, async (unit) => {
        await loadOrganization(unit, place);
        await this.makeRoom(unit, place, address, context);
        const back: MemberCommand = { type: 'ReactivateMember', data: {}, at: context.at };
        await changeMember(unit, memberIn(place, memberId), [back], authorityOf(context));
      });
    } catch (error) {
      throw reactivationError(error);
    }
  }

  async removeExternalId(organizationId: string, memberId: string, context: CommandContext): Promise<void> {
    await this.change(organizationId, memberId, { type: 'RemoveExternalId', data: {} }, context);
  }

  async unlinkRetiredEmail(
    organizationId: string,
    memberId: string,
    { emailId, emailAddress }: { readonly emailId: string | null; readonly emailAddress: string | null },
    context: CommandContext,
  ): Promise<void> {
    const address = emailAddress === null ? null : canonical(emailAddress);
    const data = { emailId, address };
    await this.change(organizationId, memberId, { type: 'UnlinkRetiredEmail', data }, context);
  }

  private async change(
    organizationId: string,
    memberId: string,
    wish: Pick<MemberCommand, 'type' | 'data'>,
    context: CommandContext,
  ): Promise<void> {
    const id = memberIn(this.place(organizationId), memberId);
    await handleMemberCommand(this.dependencies, context, async (unit) => {
      assertPresent((await unit.load(memberAggregate, id)).state, context.at);
      const command = { ...wish, at: context.at } as MemberCommand;
      await changeMember(unit, id, [command], authorityOf(context));
    });
  }

  private checkRoles(roles: readonly string[]): void {
    checkAssignable(
      roles,
      this.dependencies.rbac.roles.map(({ role_id }) => role_id),
    );
  }

  private makeRoom(unit: UnitOfWork, place: Place, address: string, { at }: CommandContext): Promise<void> {
    return makeRoom(unit, this.lookup, { place, address, at, endMemberships: true });
  }

  private place(organizationId: string): Place {
    return { projectId: this.dependencies.projectId, organizationId };
  }
}

/** Whoever has the address by now, and as whatever: the member cannot come back. */
const reactivationError = (error: unknown): unknown => {
  const emailErrors = [
    'duplicate_member_email',
    'retired_member_email',
    'desired_email_updating_for_different_member',
  ];
  const taken = error instanceof DomainError && emailErrors.includes(error.code);
  if (!taken) return asMemberError(error);
  return new DomainError<WireErrorType>('reactivation_email_belongs_to_another_member', {}, { cause: error });
};
