import { Caller, CallerContext, strictBody } from '@muster/nest-kit';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { OrganizationReclaimService } from '../application/organization-reclaim.service.ts';
import { OrganizationLookup } from '../read-models/organizations/organization.lookup.ts';
import { toWire } from '../read-models/organizations/organization.wire.ts';
import { ReclaimBody } from './domains.dto.ts';

/** An ownerless organization goes to whoever proves its domain (R8). */
@Controller('/v1/b2b/organizations/:organization_id/reclaim')
export class OrganizationReclaimController {
  constructor(
    private readonly service: OrganizationReclaimService,
    private readonly lookup: OrganizationLookup,
  ) {}

  @Post()
  async reclaim(
    @Caller() caller: CallerContext,
    @Param('organization_id') reference: string,
    @Body(strictBody(ReclaimBody)) body: ReclaimBody,
  ) {
    const { organizationId } = await this.lookup.find(reference);
    const wish = { organizationId, memberId: body.member_id, domain: body.domain };
    const command = caller.command('reclaim_organization', wish);
    await this.service.reclaim(wish, command);
    return { organization: toWire(await this.lookup.find(organizationId)), member_id: body.member_id };
  }
}
