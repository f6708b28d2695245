import { wireBody } from '@muster/nest-kit';
import { Body, Controller, Post } from '@nestjs/common';
import { OrganizationSearch } from '../read-models/organizations/organization.search.ts';
import { toWire } from '../read-models/organizations/organization.wire.ts';
import { SearchOrganizationsBody } from './organization.dto.ts';

const DEFAULT_LIMIT = 100;

@Controller('/v1/b2b/organizations')
export class OrganizationSearchController {
  constructor(private readonly organizations: OrganizationSearch) {}

  @Post('search')
  async search(@Body(wireBody(SearchOrganizationsBody)) body: SearchOrganizationsBody) {
    const { cursor, limit = DEFAULT_LIMIT, query } = body;
    const found = await this.organizations.search({
      operator: query?.operator ?? 'AND',
      operands: query?.operands ?? [],
      limit,
      ...(cursor ? { cursor } : {}),
    });
    return {
      organizations: found.organizations.map(toWire),
      results_metadata: { total: found.total, next_cursor: found.nextCursor },
    };
  }
}
