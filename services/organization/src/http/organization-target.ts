import type { WireErrorType } from '@muster/contracts';
import { DomainError } from '@muster/kernel';
import type { CallerContext } from '@muster/nest-kit';
import { OrganizationLookup } from '../read-models/organizations/organization.lookup.ts';

/** Which organization a call is about, by id, slug or external id, once it is sure that the caller may be there. */
export class OrganizationTarget {
  constructor(private readonly lookup: OrganizationLookup) {}

  /**
   * A member does not even learn whether an organization that is not theirs exists (R20).
   * @throws DomainError session_authorization_tenancy_error, organization_not_found
   */
  async of(caller: CallerContext, reference: string): Promise<string> {
    const found = await this.find(caller, reference);
    caller.assertOrganization(found);
    return found;
  }

  private async find(caller: CallerContext, reference: string): Promise<string> {
    try {
      return (await this.lookup.find(reference)).organizationId;
    } catch (error) {
      const unknown = error instanceof DomainError && error.code === 'organization_not_found';
      if (!caller.member || !unknown) throw error;
      throw new DomainError<WireErrorType>('session_authorization_tenancy_error', {}, { cause: error });
    }
  }
}
