import { isId } from '@muster/kernel';
import { Caller, CallerContext } from '@muster/nest-kit';
import { Controller, Param, Post } from '@nestjs/common';
import { type ErasureState, ErasureService } from '../application/erasure.service.ts';
import { MemberLookup } from '../application/member-lookup.ts';
import { OrganizationTarget } from './organization-target.ts';

@Controller('/v1/b2b/organizations/:organization_id/members/:member_id')
export class MemberErasureController {
  constructor(
    private readonly erasures: ErasureService,
    private readonly lookup: MemberLookup,
    private readonly target: OrganizationTarget,
  ) {}

  /** R54. By its id an organization is still found when it is deleted: the people who were in it can be erased. */
  @Post('erase')
  async erase(
    @Caller() caller: CallerContext,
    @Param('organization_id') organization: string,
    @Param('member_id') member: string,
  ): Promise<{ readonly member_id: string; readonly erasure: ErasureState }> {
    const isOne = isId('organization', organization);
    const organizationId = isOne ? organization : await this.target.of(caller, organization);
    const memberId = await this.lookup.idOf(organizationId, member);
    const command = caller.command('erase_member', { organizationId, memberId });
    await this.erasures.erase(organizationId, memberId, command);
    const erased = await this.lookup.byId(organizationId, memberId);
    const erasure = await this.erasures.tryToComplete(erased!, caller.context);
    return { member_id: memberId, erasure };
  }
}
