import type { WireOrganization } from '@muster/contracts';
import { Caller, CallerContext, wireBody } from '@muster/nest-kit';
import { Body, Controller, Delete, Get, Param, Post, Put } from '@nestjs/common';
import { assertMayAssign } from '../application/member-grants.ts';
import { OrganizationService } from '../application/organization.service.ts';
import { OrganizationLookup } from '../read-models/organizations/organization.lookup.ts';
import { toWire } from '../read-models/organizations/organization.wire.ts';
import { permitUpdate } from './organization-permissions.ts';
import { OrganizationTarget } from './organization-target.ts';
import { CreateOrganizationBody, UpdateOrganizationBody } from './organization.dto.ts';

@Controller('/v1/b2b/organizations')
export class OrganizationController {
  constructor(
    private readonly service: OrganizationService,
    private readonly lookup: OrganizationLookup,
    private readonly target: OrganizationTarget,
  ) {}

  @Post()
  async create(
    @Caller() caller: CallerContext,
    @Body(wireBody(CreateOrganizationBody)) body: CreateOrganizationBody,
  ) {
    const command = caller.command('create_organization', body);
    const organizationId = await this.service.create(body, command);
    return { organization: await this.wire(organizationId) };
  }

  @Get(':organization_id')
  async get(@Param('organization_id') reference: string) {
    return { organization: await this.wire(reference) };
  }

  @Put(':organization_id')
  async update(
    @Caller() caller: CallerContext,
    @Param('organization_id') reference: string,
    @Body(wireBody(UpdateOrganizationBody)) body: UpdateOrganizationBody,
  ) {
    const organizationId = await this.target.of(caller, reference);
    permitUpdate(caller, body);
    const roles = (body.rbac_email_implicit_role_assignments ?? []).map(({ role_id }) => role_id);
    assertMayAssign(caller.member, { before: [], after: roles });
    const command = caller.command('update_organization', { organizationId, asked: body });
    await this.service.update(organizationId, body, command);
    return { organization: await this.wire(organizationId) };
  }

  @Delete(':organization_id')
  async delete(@Caller() caller: CallerContext, @Param('organization_id') reference: string) {
    const organizationId = await this.target.of(caller, reference);
    await this.service.remove(organizationId, caller.command('delete_organization', { organizationId }));
    return { organization_id: organizationId };
  }

  @Delete(':organization_id/external_id')
  async deleteExternalId(@Caller() caller: CallerContext, @Param('organization_id') reference: string) {
    const organizationId = await this.target.of(caller, reference);
    const command = caller.command('delete_organization_external_id', { organizationId });
    await this.service.removeExternalId(organizationId, command);
    return { organization: await this.wire(organizationId) };
  }

  private async wire(reference: string): Promise<WireOrganization> {
    return toWire(await this.lookup.find(reference));
  }
}
