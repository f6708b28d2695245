import { Caller, CallerContext, wireBody } from '@muster/nest-kit';
import { Body, Controller, Delete, Get, Param, Post, Put, Query } from '@nestjs/common';
import { MemberLookup } from '../application/member-lookup.ts';
import { type DescribedMember, MemberQueryService } from '../application/member-query.service.ts';
import { MemberService } from '../application/member.service.ts';
import { permitCreate, permitUpdate } from './member-permissions.ts';
import { newMemberFrom, patchFrom } from './member-wishes.ts';
import { CreateMemberBody, GetMemberQuery, UpdateMemberBody } from './member.dto.ts';
import { OrganizationTarget } from './organization-target.ts';

@Controller('/v1/b2b/organizations/:organization_id')
export class MemberController {
  constructor(
    private readonly members: MemberService,
    private readonly queries: MemberQueryService,
    private readonly lookup: MemberLookup,
    private readonly target: OrganizationTarget,
  ) {}

  @Get('member')
  async get(
    @Caller() caller: CallerContext,
    @Param('organization_id') organization: string,
    @Query(wireBody(GetMemberQuery)) query: GetMemberQuery,
  ): Promise<DescribedMember> {
    const organizationId = await this.target.of(caller, organization);
    return this.queries.get(organizationId, {
      memberId: query.member_id,
      emailAddress: query.email_address,
    });
  }

  @Post('members')
  async create(
    @Caller() caller: CallerContext,
    @Param('organization_id') organization: string,
    @Body(wireBody(CreateMemberBody)) body: CreateMemberBody,
  ): Promise<DescribedMember> {
    const organizationId = await this.target.of(caller, organization);
    permitCreate(caller, body);
    const command = caller.command('create_member', [{ organizationId }, body]);
    const given = newMemberFrom(body);
    const memberId = await this.members.create(organizationId, given, caller.member, command);
    return this.queries.describe(organizationId, memberId);
  }

  @Put('members/:member_id')
  async update(
    @Caller() caller: CallerContext,
    @Param('organization_id') organization: string,
    @Param('member_id') member: string,
    @Body(wireBody(UpdateMemberBody)) body: UpdateMemberBody,
  ): Promise<DescribedMember> {
    const organizationId = await this.target.of(caller, organization);
    const memberId = await this.lookup.idOf(organizationId, member);
    permitUpdate(caller, memberId, body);
    const command = caller.command('update_member', [{ organizationId, memberId }, body]);
    await this.members.update(organizationId, memberId, patchFrom(body), caller.member, command);
    return this.queries.describe(organizationId, memberId);
  }

  @Delete('members/:member_id')
  async delete(
    @Caller() caller: CallerContext,
    @Param('organization_id') organization: string,
    @Param('member_id') member: string,
  ) {
    const organizationId = await this.target.of(caller, organization);
    const memberId = await this.lookup.idOf(organizationId, member);
    const command = caller.command('delete_member', { organizationId, memberId });
    await this.members.remove(organizationId, memberId, caller.member, command);
    return { member_id: memberId };
  }

  /** Takes a member id only: an external id was given up with the membership. */
  @Put('members/:member_id/reactivate')
  async reactivate(
    @Caller() caller: CallerContext,
    @Param('organization_id') organization: string,
    @Param('member_id') memberId: string,
  ): Promise<DescribedMember> {
    const organizationId = await this.target.of(caller, organization);
    const command = caller.command('reactivate_member', { organizationId, memberId });
    await this.members.reactivate(organizationId, memberId, command);
    return this.queries.describe(organizationId, memberId);
  }

  @Delete('members/:member_id/external_id')
  async deleteExternalId(
    @Caller() caller: CallerContext,
    @Param('organization_id') organization: string,
    @Param('member_id') member: string,
  ): Promise<DescribedMember> {
    const organizationId = await this.target.of(caller, organization);
    const memberId = await this.lookup.idOf(organizationId, member);
    const command = caller.command('delete_member_external_id', { organizationId, memberId });
    await this.members.removeExternalId(organizationId, memberId, command);
    return this.queries.describe(organizationId, memberId);
  }
}
