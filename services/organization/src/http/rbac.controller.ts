import type { MusterConfig } from '@muster/nest-kit';
import { Controller, Get, Inject, Param } from '@nestjs/common';
import { OrganizationLookup } from '../read-models/organizations/organization.lookup.ts';
import { CONFIG } from './tokens.ts';

@Controller('/v1/b2b/rbac')
export class RbacController {
  constructor(
    private readonly lookup: OrganizationLookup,
    @Inject(CONFIG) private readonly config: Pick<MusterConfig, 'rbac'>,
  ) {}

  @Get('policy')
  policy() {
    return { policy: this.config.rbac };
  }

  /** Organizations have no roles of their own yet. */
  @Get('organizations/:organization_id')
  async organizationPolicy(@Param('organization_id') reference: string) {
    await this.lookup.find(reference);
    return { org_policy: { roles: [] } };
  }
}
