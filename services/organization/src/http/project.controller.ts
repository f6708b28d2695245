import type { MusterConfig } from '@muster/nest-kit';
import { Controller, Get, Inject, Param } from '@nestjs/common';
import type { MemberDirectory } from '../application/ports.ts';
import { OrganizationLookup } from '../read-models/organizations/organization.lookup.ts';
import { OrganizationSearch } from '../read-models/organizations/organization.search.ts';
import { CONFIG, MEMBER_DIRECTORY } from './tokens.ts';

/** What there is, in numbers, and whose project this is. */
@Controller('/v1')
export class ProjectController {
  constructor(
    private readonly organizations: OrganizationSearch,
    private readonly lookup: OrganizationLookup,
    @Inject(MEMBER_DIRECTORY) private readonly members: MemberDirectory,
    @Inject(CONFIG) private readonly config: Pick<MusterConfig, 'project'>,
  ) {}

  @Get('debug/whoami')
  whoami() {
    const { projectId, name } = this.config.project;
    return { project_id: projectId, name };
  }

  @Get('projects/metrics')
  async metrics() {
    const [organizations, members] = await Promise.all([
      this.organizations.count(),
      this.members.countAllMembers(),
    ]);
    return {
      project_id: this.config.project.projectId,
      metrics: [
        { metric_type: 'ORGANIZATION_COUNT', count: organizations },
        { metric_type: 'MEMBER_COUNT', count: members },
      ],
    };
  }

  @Get('b2b/organizations/:organization_id/metrics')
  async organizationMetrics(@Param('organization_id') reference: string) {
    const { organizationId } = await this.lookup.find(reference);
    return { member_count: await this.members.countMembers(organizationId) };
  }
}
