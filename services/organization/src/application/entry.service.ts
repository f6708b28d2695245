import type { DomainFacts, EntryFacts, WireErrorType, WireMember, WireOrganization } from '@muster/contracts';
import type { Folded, View } from '@muster/eventsourcing';
import { DomainError, domainOf } from '@muster/kernel';
import { memberFacts, statusAt, toWireMember } from '../read-models/members/member.wire.ts';
import {
  discoveryHash,
  type MemberDocument,
  provenDomain,
} from '../read-models/members/members.projection.ts';
import { toFacts } from '../read-models/organizations/organization.facts.ts';
import type { OrganizationLookup } from '../read-models/organizations/organization.lookup.ts';
import type { OrganizationSearch } from '../read-models/organizations/organization.search.ts';
import { toWire } from '../read-models/organizations/organization.wire.ts';
import type { OrganizationDocument } from '../read-models/organizations/organizations.projection.ts';
import type { MemberLookup } from './member-lookup.ts';
import { canonical } from './member-work.ts';
import type { MemberDependencies, Stewardship } from './ports.ts';

const PAGE = 10;
/** Far beyond what one person has to do with; it bounds what one question can cost. */
const MOST_ORGANIZATIONS = 1_000;

export type EntryDependencies = MemberDependencies & {
  readonly lookup: MemberLookup;
  readonly organizations: OrganizationLookup;
  readonly stewardship: Pick<Stewardship, 'isOwnerless'>;
  /** Only for what no stream can say: who is in a domain, where an address has members. Both wait for the log's head. */
  readonly memberView: Pick<View<MemberDocument>, 'find'>;
  readonly organizationSearch: Pick<OrganizationSearch, 'admittingByDomain'>;
};

/** Who is about to enter, by the address they gave. `claimant`: who keeps its domain for themselves. */
type Applicant = { readonly address: string; readonly claimant: string | undefined };

/** What is true of people and organizations when somebody is about to enter: read from the streams (E27). */
export class EntryService {
  constructor(private readonly dependencies: EntryDependencies) {}

  /** @throws DomainError organization_not_found, invalid_email */
  async entry(asked: {
    readonly organization: string;
    readonly memberId?: string | undefined;
    readonly address?: string | undefined;
  }): Promise<EntryFacts> {
    const folded = await this.dependencies.organizations.fold(asked.organization);
    const { organizationId } = folded.document;
    const applicant = asked.address === undefined ? undefined : await this.applicant(asked.address);
    const member =
      asked.memberId === undefined
        ? applicant && (await this.dependencies.lookup.byAddress(organizationId, applicant.address))
        : await this.byReference(organizationId, asked.memberId);
    return this.facts(folded, member, applicant);
  }

  /**
   * By a proven address: every organization where it is a member's current one, and with `includeEligible` those that
   * admit by its domain. What the views say is read again from the streams.
   */
  async discover(asked: {
    readonly address: string;
    readonly includeEligible: boolean;
  }): Promise<{ readonly entries: readonly EntryFacts[]; readonly claimedBy: string | null }> {
    const applicant = await this.applicant(asked.address);
    const own = await this.organizationsOf(applicant.address);
    const eligible = asked.includeEligible
      ? await this.dependencies.organizationSearch.admittingByDomain(domainOf(applicant.address))
      : [];
    const found = await Promise.all(
      [...new Set([...own, ...eligible])].map((organizationId) => this.entryOf(organizationId, applicant)),
    );
    const isMember = ({ member }: EntryFacts) => member !== null && member.status !== 'deleted';
    const isEligible = ({ organization }: EntryFacts) => eligible.includes(organization.organizationId);
    const entries = found
      .filter((entry) => entry !== undefined)
      .filter((entry) => isMember(entry) || isEligible(entry));
    return { entries, claimedBy: applicant.claimant ?? null };
  }

  /** @throws DomainError organization_not_found, member_not_found */
  async describe({
    organizationId,
    memberId,
  }: {
    readonly organizationId: string;
    readonly memberId: string;
  }): Promise<{ readonly organization: WireOrganization; readonly member: WireMember }> {
    const organization = toWire(await this.dependencies.organizations.find(organizationId));
    const document = await this.dependencies.lookup.byId(organizationId, memberId);
    if (!document) throw new DomainError<WireErrorType>('member_not_found');
    return { organization, member: toWireMember(document, organization, this.dependencies.clock()) };
  }

  private async applicant(text: string): Promise<Applicant> {
    const address = canonical(text);
    return { address, claimant: await this.dependencies.organizations.claimantOf(domainOf(address)) };
  }

  private async byReference(organizationId: string, reference: string): Promise<MemberDocument | undefined> {
    const { lookup } = this.dependencies;
    try {
      return await lookup.byId(organizationId, await lookup.idOf(organizationId, reference));
    } catch (error) {
      if (error instanceof DomainError && error.code === 'member_not_found') return undefined;
      throw error;
    }
  }

  private async entryOf(organizationId: string, applicant: Applicant): Promise<EntryFacts | undefined> {
    const { organizations, lookup } = this.dependencies;
    const folded = await organizations.byId(organizationId);
    return folded && this.facts(folded, await lookup.byAddress(organizationId, applicant.address), applicant);
  }

  private async facts(
    { document, revision }: Folded<OrganizationDocument>,
    member: MemberDocument | undefined,
    applicant: Applicant | undefined,
  ): Promise<EntryFacts> {
    const { clock, stewardship } = this.dependencies;
    const ownerless = await stewardship.isOwnerless(document.organizationId);
    const organization = toFacts(document, revision, { ownerless });
    return {
      organization,
      member: member ? memberFacts(member, organization.wire, clock()) : null,
      domain: applicant ? await this.domainFacts(document.organizationId, applicant) : null,
    };
  }

  private async domainFacts(organizationId: string, { address, claimant }: Applicant): Promise<DomainFacts> {
    return {
      domain: domainOf(address),
      provenColleague: await this.hasProvenColleague(organizationId, address),
      claimedElsewhere: claimant !== undefined && claimant !== organizationId,
    };
  }

  /** R33: an active member with a proven address in the domain, other than the applicant. */
  private async hasProvenColleague(organizationId: string, address: string): Promise<boolean> {
    const { memberView, clock } = this.dependencies;
    const where = [{ field: 'provenDomain', anyOf: [provenDomain(organizationId, domainOf(address))] }];
    for (let after: string | undefined; ;) {
      const page = await memberView.find({ where, limit: PAGE, ...(after === undefined ? {} : { after }) });
      const isColleague = ({ document }: { readonly document: MemberDocument }) =>
        document.email.address !== address && statusAt(document, clock()) === 'active';
      if (page.some(isColleague)) return true;
      if (page.length < PAGE) return false;
      after = page.at(-1)!.id;
    }
  }

  private async organizationsOf(address: string): Promise<readonly string[]> {
    const { memberView, projectId, lookupHash } = this.dependencies;
    const hash = discoveryHash(projectId, address, lookupHash);
    const where = [{ field: 'addressHash', anyOf: [hash] }];
    const found = await memberView.find({ where, limit: MOST_ORGANIZATIONS });
    return found.map(({ document }) => document.organizationId);
  }
}
