import type { WireErrorType } from '@muster/contracts';
import type { CommandContext } from '@muster/eventsourcing';
import { DomainError, parseEmailDomain } from '@muster/kernel';
import type { DomainVerificationService } from './domain-verification.service.ts';
import type { Stewardship } from './ports.ts';

/** How an ownerless organization gets a steward again (R8). */
export class OrganizationReclaimService {
  constructor(
    private readonly domains: Pick<DomainVerificationService, 'verify'>,
    private readonly stewardship: Stewardship,
  ) {}

  /**
   * Whoever controls a domain of the organization, by the DNS as it is now, names a steward among those who proved an
   * address in it. A proof from before the organization lost its last steward is somebody else's, so it does not count.
   * @throws DomainError organization_not_ownerless, email_domain_not_found, email_domain_not_verified, and those of
   *   `Stewardship.reclaim`
   */
  async reclaim(
    wish: { readonly organizationId: string; readonly memberId: string; readonly domain: string },
    context: CommandContext,
  ): Promise<void> {
    if (!(await this.stewardship.isOwnerless(wish.organizationId)))
      throw new DomainError<WireErrorType>('organization_not_ownerless');
    const domain = parseEmailDomain(wish.domain) ?? wish.domain;
    const proving = { ...context, commandId: `${context.commandId}.proof` };
    await this.domains.verify(wish.organizationId, domain, proving);
    await this.stewardship.reclaim({ ...wish, domain }, context);
  }
}
