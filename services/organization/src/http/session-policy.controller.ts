import { Caller, CallerContext, strictBody } from '@muster/nest-kit';
import { Body, Controller, Get, Param, Put } from '@nestjs/common';
import { OrganizationService } from '../application/organization.service.ts';
import { OrganizationLookup } from '../read-models/organizations/organization.lookup.ts';
import { toWireSessionPolicy } from '../read-models/organizations/organization.wire.ts';
import { OrganizationTarget } from './organization-target.ts';
import { SessionPolicyBody } from './session-policy.dto.ts';

@Controller('/v1/b2b/organizations/:organization_id/session_policy')
export class SessionPolicyController {
  constructor(
    private readonly service: OrganizationService,
    private readonly lookup: OrganizationLookup,
    private readonly target: OrganizationTarget,
  ) {}

  @Get()
  async get(@Caller() caller: CallerContext, @Param('organization_id') reference: string) {
    return this.wire(await this.target.of(caller, reference));
  }

  @Put()
  async set(
    @Caller() caller: CallerContext,
    @Param('organization_id') reference: string,
    @Body(strictBody(SessionPolicyBody)) body: SessionPolicyBody,
  ) {
    const organizationId = await this.target.of(caller, reference);
    const policy = {
      maximumDurationMinutes: body.maximum_duration_minutes ?? null,
      idleTimeoutMinutes: body.idle_timeout_minutes ?? null,
      reauthenticationIntervalMinutes: body.reauthentication_interval_minutes ?? null,
    };
    const command = caller.command('set_session_policy', { organizationId, asked: body });
    await this.service.setSessionPolicy(organizationId, policy, command);
    return this.wire(organizationId);
  }

  private async wire(organizationId: string) {
    return { session_policy: toWireSessionPolicy(await this.lookup.find(organizationId)) };
  }
}
