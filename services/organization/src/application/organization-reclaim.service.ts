import type { CommandContext } from '@muster/eventsourcing';
import { parseEmailDomain } from '@muster/kernel';
import type { DomainVerificationService } from './domain-verification.service.ts';
import type { Stewardship } from './ports.ts';

/** How an ownerless organization gets a steward again (R8). */
export class OrganizationReclaimService {
  constructor(
    private readonly domains: Pick<DomainVerificationService, 'verify'>,
    private readonly stewardship: Pick<Stewardship, 'reclaim'>,
  ) {}

  /**
   * Whoever controls a domain of the organization, by the DNS as it is now, names a steward among those who proved an
   * address in it. That the domain was proven in better days does not count. Whether the organization is ownerless is
   * decided in the commit that gives the role, so that neither a race nor a repeat gets past it.
   * @throws DomainError email_domain_not_found, email_domain_not_verified, and those of `Stewardship.reclaim`
   */
  async reclaim(
    wish: { readonly organizationId: string; readonly memberId: string; readonly domain: string },
    context: CommandContext,
  ): Promise<void> {
    const domain = parseEmailDomain(wish.domain) ?? wish.domain;
    const proving = { ...context, commandId: `${context.commandId}.proof` };
    await this.domains.verify(wish.organizationId, domain, proving);
    await this.stewardship.reclaim({ ...wish, domain }, context);
  }
}
