import { isId } from '@muster/kernel';
import { Caller, CallerContext, strictBody } from '@muster/nest-kit';
import { Body, Controller, Inject, Param, Post } from '@nestjs/common';
import { ApplicantErasureService } from '../application/applicant-erasure.service.ts';
import type { Organizations } from '../application/ports.ts';
import { addressedOrganization } from './addressed-organization.ts';
import { EraseApplicantBody } from './applicants.dto.ts';
import { ORGANIZATIONS } from './tokens.ts';

@Controller('v1/b2b/organizations/:organization_id/applicants')
export class ApplicantsController {
  constructor(
    private readonly erasures: ApplicantErasureService,
    @Inject(ORGANIZATIONS) private readonly organizations: Organizations,
  ) {}

  /**
   * R54: who applied and became no member. The answer is the same whether or not anybody ever did. By its id an
   * organization is still found when it is deleted.
   */
  @Post('erase')
  async erase(
    @Param('organization_id') reference: string,
    @Body(strictBody(EraseApplicantBody)) { email_address: address }: EraseApplicantBody,
    @Caller() caller: CallerContext,
  ): Promise<{ readonly organization_id: string; readonly erasure: 'complete' }> {
    const organizationId = await this.target(reference, caller);
    const command = caller.command('erase_applicant', { organizationId, address });
    await this.erasures.eraseAddress(organizationId, address, command);
    return { organization_id: organizationId, erasure: 'complete' };
  }

  private async target(reference: string, caller: CallerContext): Promise<string> {
    if (isId('organization', reference)) return reference;
    const { organization } = await addressedOrganization(this.organizations, reference, caller);
    return organization.organizationId;
  }
}
