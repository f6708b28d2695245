import type { WireErrorType } from '@muster/contracts';
import { DomainError } from '@muster/kernel';
import { Caller, CallerContext, wireBody } from '@muster/nest-kit';
import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { type DescribedMember, MemberQueryService } from '../application/member-query.service.ts';
import { DangerouslyGetMemberQuery, SearchMembersBody } from './member.dto.ts';
import { OrganizationTarget } from './organization-target.ts';

const DEFAULT_LIMIT = 100;

/** Members across organizations. */
@Controller('/v1/b2b/organizations/members')
export class MemberSearchController {
  constructor(
    private readonly queries: MemberQueryService,
    private readonly target: OrganizationTarget,
  ) {}

  @Post('search')
  async search(@Caller() caller: CallerContext, @Body(wireBody(SearchMembersBody)) body: SearchMembersBody) {
    const { cursor, limit = DEFAULT_LIMIT, query } = body;
    const operands = query?.operands ?? [];
    if (query?.operator === 'OR' && operands.length > 1) reject('not_supported', '/query/operator');
    if (body.organization_ids.length === 0)
      reject('member_search_organization_ids_empty', '/organization_ids');
    const organizationIds = await Promise.all(
      body.organization_ids.map((reference) => this.target.of(caller, reference)),
    );
    const page = await this.queries.search(organizationIds, { operands, cursor, limit });
    return {
      members: page.members,
      organizations: page.organizations,
      results_metadata: { total: page.total, next_cursor: page.nextCursor },
    };
  }

  @Get('dangerously_get/:member_id')
  dangerouslyGet(
    @Param('member_id') memberId: string,
    @Query(wireBody(DangerouslyGetMemberQuery)) query: DangerouslyGetMemberQuery,
  ): Promise<DescribedMember> {
    return this.queries.dangerouslyGet(memberId, query.include_deleted === 'true');
  }
}

const reject = (code: WireErrorType, pointer: string): never => {
  throw new DomainError<WireErrorType>(code, { pointer });
};
