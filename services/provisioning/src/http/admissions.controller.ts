import type { WireErrorType } from '@muster/contracts';
import { DomainError } from '@muster/kernel';
import { Caller, CallerContext, wireBody } from '@muster/nest-kit';
import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import type { Organizations } from '../application/ports.ts';
import { AdmissionQueries } from '../read-models/admissions/admissions.queries.ts';
import { wireAdmission } from './admission.wire.ts';
import { ListAdmissionsQuery } from './lists.dto.ts';
import { addressedOrganization } from './addressed-organization.ts';
import { ORGANIZATIONS } from './tokens.ts';

/** Who was let in, who was not, and why. */
@Controller('v1/b2b/organizations/:organization_id/admissions')
export class AdmissionsController {
  constructor(
    private readonly admissions: AdmissionQueries,
    @Inject(ORGANIZATIONS) private readonly organizations: Organizations,
  ) {}

  @Get()
  async list(
    @Param('organization_id') reference: string,
    @Query(wireBody(ListAdmissionsQuery)) query: ListAdmissionsQuery,
    @Caller() caller: CallerContext,
  ) {
    const { organization } = await addressedOrganization(this.organizations, reference, caller);
    const { cursor, limit, outcome, rule_id: ruleId } = query;
    const page = await this.admissions.list({
      organizationId: organization.organizationId,
      limit,
      ...(cursor ? { cursor } : {}),
      ...(outcome ? { outcome } : {}),
      ...(ruleId ? { ruleId } : {}),
    });
    return {
      admissions: page.items.map(wireAdmission),
      results_metadata: { total: page.total, next_cursor: page.nextCursor },
    };
  }

  @Get(':admission_id')
  async get(
    @Param('organization_id') reference: string,
    @Param('admission_id') admissionId: string,
    @Caller() caller: CallerContext,
  ) {
    const { organization } = await addressedOrganization(this.organizations, reference, caller);
    const found = await this.admissions.get(organization.organizationId, admissionId);
    if (!found) throw new DomainError<WireErrorType>('admission_not_found');
    return { admission: wireAdmission(found) };
  }
}
