import type { EntryFacts, WireErrorType } from '@muster/contracts';
import { DomainError } from '@muster/kernel';
import { Caller, CallerContext, wireBody } from '@muster/nest-kit';
import { Controller, Get, Inject, Param, Post, Query } from '@nestjs/common';
import { JoinRequestService } from '../application/join-request.service.ts';
import type { Organizations } from '../application/ports.ts';
import { JoinRequestQueries } from '../read-models/join-requests/join-requests.queries.ts';
import { addressedOrganization } from './addressed-organization.ts';
import { wireJoinRequest } from './admission.wire.ts';
import { ListJoinRequestsQuery } from './lists.dto.ts';
import { ORGANIZATIONS } from './tokens.ts';

/** Stewards decide on those whom a rule leaves to them. */
@Controller('v1/b2b/organizations/:organization_id/join_requests')
export class JoinRequestsController {
  constructor(
    private readonly service: JoinRequestService,
    private readonly requests: JoinRequestQueries,
    @Inject(ORGANIZATIONS) private readonly organizations: Organizations,
  ) {}

  @Get()
  async list(
    @Param('organization_id') reference: string,
    @Query(wireBody(ListJoinRequestsQuery)) { cursor, limit, status }: ListJoinRequestsQuery,
    @Caller() caller: CallerContext,
  ) {
    const { organization } = await addressedOrganization(this.organizations, reference, caller);
    const page = await this.requests.list({
      organizationId: organization.organizationId,
      limit,
      ...(cursor ? { cursor } : {}),
      ...(status ? { status } : {}),
    });
    return {
      join_requests: page.items.map(wireJoinRequest),
      results_metadata: { total: page.total, next_cursor: page.nextCursor },
    };
  }

  @Post(':join_request_id/approve')
  approve(
    @Param('organization_id') reference: string,
    @Param('join_request_id') joinRequestId: string,
    @Caller() caller: CallerContext,
  ) {
    return this.decide('approve', reference, joinRequestId, caller);
  }

  @Post(':join_request_id/deny')
  deny(
    @Param('organization_id') reference: string,
    @Param('join_request_id') joinRequestId: string,
    @Caller() caller: CallerContext,
  ) {
    return this.decide('deny', reference, joinRequestId, caller);
  }

  private async decide(
    decision: 'approve' | 'deny',
    reference: string,
    joinRequestId: string,
    caller: CallerContext,
  ) {
    const entry = await addressedOrganization(this.organizations, reference, caller);
    const { organizationId } = entry.organization;
    const command = caller.command(`${decision}_join_request`, { organizationId, joinRequestId });
    await this.service[decision]({ entry, joinRequestId, command, context: caller.context });
    return { join_request: await this.answer(entry, joinRequestId, caller) };
  }

  private async answer({ organization }: EntryFacts, joinRequestId: string, { context }: CallerContext) {
    const { organizationId } = organization;
    const found = await this.requests.get({ projectId: context.projectId, organizationId }, joinRequestId);
    if (!found) throw new DomainError<WireErrorType>('join_request_not_found');
    return wireJoinRequest(found);
  }
}
