import { parseEmailDomain } from '@muster/kernel';
import { Caller, CallerContext, strictBody } from '@muster/nest-kit';
import { Body, Controller, Delete, Get, Param, Post } from '@nestjs/common';
import { DomainVerificationService } from '../application/domain-verification.service.ts';
import { OrganizationLookup } from '../read-models/organizations/organization.lookup.ts';
import { toWireDomain } from '../read-models/organizations/organization.wire.ts';
import { ListDomainBody } from './domains.dto.ts';
import { OrganizationTarget } from './organization-target.ts';

/** An organization's e-mail domains and how far each is proven (R6). */
@Controller('/v1/b2b/organizations/:organization_id/domains')
export class DomainsController {
  constructor(
    private readonly service: DomainVerificationService,
    private readonly lookup: OrganizationLookup,
    private readonly target: OrganizationTarget,
  ) {}

  @Get()
  async all(@Caller() caller: CallerContext, @Param('organization_id') reference: string) {
    const { domains } = await this.lookup.find(await this.target.of(caller, reference));
    return { domains: domains.map(toWireDomain) };
  }

  @Post()
  async list(
    @Caller() caller: CallerContext,
    @Param('organization_id') reference: string,
    @Body(strictBody(ListDomainBody)) { domain }: ListDomainBody,
  ) {
    const organizationId = await this.target.of(caller, reference);
    const command = caller.command('list_email_domain', { organizationId, domain });
    await this.service.list(organizationId, domain, command);
    return this.wire(organizationId, domain);
  }

  @Post(':domain/verify')
  async verify(
    @Caller() caller: CallerContext,
    @Param('organization_id') reference: string,
    @Param('domain') domain: string,
  ) {
    const organizationId = await this.target.of(caller, reference);
    const command = caller.command('verify_email_domain', { organizationId, domain });
    await this.service.verify(organizationId, domain, command);
    return this.wire(organizationId, domain);
  }

  @Post(':domain/claim')
  async claim(
    @Caller() caller: CallerContext,
    @Param('organization_id') reference: string,
    @Param('domain') domain: string,
  ) {
    const organizationId = await this.target.of(caller, reference);
    const command = caller.command('claim_email_domain', { organizationId, domain });
    await this.service.claim(organizationId, domain, command);
    return this.wire(organizationId, domain);
  }

  @Delete(':domain')
  async remove(
    @Caller() caller: CallerContext,
    @Param('organization_id') reference: string,
    @Param('domain') domain: string,
  ) {
    const organizationId = await this.target.of(caller, reference);
    const command = caller.command('remove_email_domain', { organizationId, domain });
    await this.service.remove(organizationId, domain, command);
    return { domain: parseEmailDomain(domain) };
  }

  private async wire(organizationId: string, typed: string) {
    const { domains } = await this.lookup.find(organizationId);
    const domain = parseEmailDomain(typed);
    return toWireDomain(domains.find((held) => held.domain === domain)!);
  }
}
