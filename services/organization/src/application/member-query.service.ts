import type { WireErrorType, WireMember, WireOrganization } from '@muster/contracts';
import { type EventLog, streamName } from '@muster/eventsourcing';
import { type Clock, DomainError, isId } from '@muster/kernel';
import { memberAggregate } from '../domain/member/member.aggregate.ts';
import type { MemberSearchOperand } from '../read-models/members/member-search.query.ts';
import type { MemberSearch } from '../read-models/members/member.search.ts';
import { statusAt, toWireMember } from '../read-models/members/member.wire.ts';
import type { MemberDocument } from '../read-models/members/members.projection.ts';
import type { OrganizationLookup } from '../read-models/organizations/organization.lookup.ts';
import { toWire } from '../read-models/organizations/organization.wire.ts';
import type { MemberLookup } from './member-lookup.ts';
import { canonical } from './member-work.ts';

export type DescribedMember = {
  readonly member_id: string;
  readonly member: WireMember;
  readonly organization: WireOrganization;
};

export type MemberPage = {
  readonly members: readonly WireMember[];
  readonly organizations: Readonly<Record<string, WireOrganization>>;
  readonly total: number;
  readonly nextCursor: string | null;
};

type Dependencies = {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly projectId: string;
  readonly lookup: MemberLookup;
  readonly organizations: OrganizationLookup;
  readonly memberSearch: MemberSearch;
};

/** Members as the wire shows them. Whose organization it is not, sees nobody (I2). */
export class MemberQueryService {
  constructor(private readonly dependencies: Dependencies) {}

  /** By member id, external id or current address, which is taken where no id is given. */
  async get(
    organizationId: string,
    by: { readonly memberId?: string | undefined; readonly emailAddress?: string | undefined },
  ): Promise<DescribedMember> {
    const { lookup } = this.dependencies;
    if (by.memberId !== undefined) return this.described(await lookup.find(organizationId, by.memberId));
    if (by.emailAddress === undefined) throw new DomainError<WireErrorType>('invalid_member_get_fields');
    const found = await lookup.byAddress(organizationId, canonical(by.emailAddress));
    if (!found || statusAt(found, this.dependencies.clock()) === 'deleted')
      throw new DomainError<WireErrorType>('member_not_found');
    return this.described(found);
  }

  /** Without saying in which organization: only for callers who know what they are doing. */
  async dangerouslyGet(memberId: string, includeDeleted: boolean): Promise<DescribedMember> {
    const { log, projectId, lookup, organizations, clock } = this.dependencies;
    const isOne = isId('member', memberId);
    const stream = streamName(memberAggregate.category, { projectId, organizationId: null, id: memberId });
    const organizationId = isOne ? (await log.readStream(stream))[0]?.organizationId : undefined;
    // A deleted organization took its members with it.
    const stands = organizationId ? await organizations.byId(organizationId) : undefined;
    const found = organizationId && stands ? await lookup.byId(organizationId, memberId) : undefined;
    if (!found || (!includeDeleted && statusAt(found, clock()) === 'deleted'))
      throw new DomainError<WireErrorType>('member_not_found');
    return this.described(found);
  }

  /** In whatever state, as after a command. */
  async describe(organizationId: string, memberId: string): Promise<DescribedMember> {
    const found = await this.dependencies.lookup.byId(organizationId, memberId);
    if (!found) throw new DomainError<WireErrorType>('member_not_found');
    return this.described(found);
  }

  /** @param organizations ids, slugs or external ids */
  async search(
    organizations: readonly string[],
    query: {
      readonly operands: readonly MemberSearchOperand[];
      readonly cursor?: string | undefined;
      readonly limit: number;
    },
  ): Promise<MemberPage> {
    const { memberSearch, clock } = this.dependencies;
    const wires = await Promise.all(organizations.map((reference) => this.organization(reference)));
    const byId = new Map(wires.map((wire) => [wire.organization_id, wire]));
    const { members, total, nextCursor } = await memberSearch.search({
      ...query,
      organizationIds: [...byId.keys()],
    });
    const at = clock();
    const shown = members.map((document) => toWireMember(document, byId.get(document.organizationId)!, at));
    const ids = new Set(shown.map(({ organization_id }) => organization_id));
    return {
      members: shown,
      organizations: Object.fromEntries([...byId].filter(([id]) => ids.has(id))),
      total,
      nextCursor,
    };
  }

  private async described(document: MemberDocument): Promise<DescribedMember> {
    const organization = await this.organization(document.organizationId);
    const member = toWireMember(document, organization, this.dependencies.clock());
    return { member_id: document.memberId, member, organization };
  }

  private async organization(reference: string): Promise<WireOrganization> {
    return toWire(await this.dependencies.organizations.find(reference));
  }
}
