import type { WireErrorType } from '@muster/contracts';
import { type EventCodec, type EventLog, type Folded, foldDocument } from '@muster/eventsourcing';
import { type Clock, DomainError, isId } from '@muster/kernel';
import { domainClaimKey, externalIdKey, slugKey } from '../../domain/organization/organization.aggregate.ts';
import { type OrganizationDocument, organizationsProjection } from './organizations.projection.ts';

type Dependencies = {
  readonly log: EventLog;
  readonly codec: EventCodec;
  readonly clock: Clock;
  readonly projectId: string;
};

/** Single organizations, read from log and streams: never behind (E27). A deleted one is not found by anything. */
export class OrganizationLookup {
  constructor(private readonly dependencies: Dependencies) {}

  /** By id, slug or external id, tried in this order. @throws DomainError organization_not_found */
  async find(reference: string): Promise<OrganizationDocument> {
    return (await this.fold(reference)).document;
  }

  /** The same with the revision of the organization's stream. @throws DomainError organization_not_found */
  async fold(reference: string): Promise<Folded<OrganizationDocument>> {
    const organizationId = isId('organization', reference) ? reference : await this.owner(reference);
    const found = organizationId === undefined ? undefined : await this.byId(organizationId);
    if (!found) throw new DomainError<WireErrorType>('organization_not_found');
    return found;
  }

  /** By id alone, or undefined. `upTo`: as of that position (R51). */
  byId(
    organizationId: string,
    options?: { readonly upTo?: number },
  ): Promise<Folded<OrganizationDocument> | undefined> {
    const { projectId } = this.dependencies;
    const id = { projectId, organizationId, id: organizationId };
    return foldDocument(this.dependencies, organizationsProjection, id, options);
  }

  /** The organization that keeps a domain for itself, or undefined (R6). */
  async claimantOf(domain: string): Promise<string | undefined> {
    return this.holder(domainClaimKey(this.dependencies.projectId, domain));
  }

  private async owner(reference: string): Promise<string | undefined> {
    const { projectId } = this.dependencies;
    return (
      (await this.holder(slugKey(projectId, reference))) ??
      (await this.holder(externalIdKey(projectId, reference)))
    );
  }

  private async holder(key: string): Promise<string | undefined> {
    const { log, clock } = this.dependencies;
    return (await log.reservation(key, clock()))?.owner;
  }
}
