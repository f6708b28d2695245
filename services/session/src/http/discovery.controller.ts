import { Caller, type CallerContext, wireBody } from '@muster/nest-kit';
import { Body, Controller, Inject, Post } from '@nestjs/common';
import { DiscoveryEntryService } from '../application/discovery-entry.service.ts';
import { DiscoveryService } from '../application/discovery.service.ts';
import { type ToCall } from './call.ts';
import {
  CreateOrganizationBody,
  ExchangeIntermediateSessionBody,
  ListDiscoveredOrganizationsBody,
  settingsOf,
} from './discovery.dto.ts';
import { carriedBy } from './login.dto.ts';
import { wishesOf } from './session-wishes.dto.ts';
import { TO_CALL } from './tokens.ts';

/** From a proven address to the organizations one may enter, and into one of them. */
@Controller('/v1/b2b/discovery')
export class DiscoveryController {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly entry: DiscoveryEntryService,
    @Inject(TO_CALL) private readonly toCall: ToCall,
  ) {}

  @Post('organizations')
  list(
    @Caller() caller: CallerContext,
    @Body(wireBody(ListDiscoveredOrganizationsBody)) body: ListDiscoveredOrganizationsBody,
  ) {
    return this.discovery.list(this.toCall(caller, 'ListDiscoveredOrganizations', body), carriedBy(body));
  }

  @Post('organizations/create')
  create(
    @Caller() caller: CallerContext,
    @Body(wireBody(CreateOrganizationBody)) body: CreateOrganizationBody,
  ) {
    return this.entry.create(this.toCall(caller, 'CreateDiscoveredOrganization', body), {
      ...wishesOf(body),
      intermediateSessionToken: body.intermediate_session_token,
      settings: settingsOf(body),
    });
  }

  @Post('intermediate_sessions/exchange')
  exchange(
    @Caller() caller: CallerContext,
    @Body(wireBody(ExchangeIntermediateSessionBody)) body: ExchangeIntermediateSessionBody,
  ) {
    return this.entry.exchange(this.toCall(caller, 'ExchangeIntermediateSession', body), {
      ...wishesOf(body),
      intermediateSessionToken: body.intermediate_session_token,
      organization: body.organization_id,
    });
  }
}
