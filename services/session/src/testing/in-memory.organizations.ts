import type {
  EntryFacts,
  MemberFacts,
  OrganizationFacts,
  organizationRequests,
  PayloadOf,
  WireErrorType,
} from '@muster/contracts';
import { type EventLog, streamName } from '@muster/eventsourcing';
import { DomainError, UnavailableError } from '@muster/kernel';
import { v7 as uuidv7 } from 'uuid';
import type { Organizations } from '../application/ports.ts';
import { entryOf, memberFacts, organizationFacts, projectId, START } from './facts.ts';

type Payload<Name extends keyof typeof organizationRequests> = PayloadOf<(typeof organizationRequests)[Name]>;

/** Organizations and members as another service would keep them; every change is an event in the log. */
export class InMemoryOrganizations implements Organizations {
  private readonly organizations = new Map<string, OrganizationFacts>();
  private readonly members = new Map<string, { organizationId: string; member: MemberFacts }>();
  private readonly created = new Map<string, Promise<{ organizationId: string; memberId: string }>>();
  /** What was asked, for tests about what is not asked. */
  readonly asked: string[] = [];
  reachable = true;

  constructor(private readonly log: EventLog) {}

  async put(organization: OrganizationFacts, ...members: readonly MemberFacts[]): Promise<void> {
    const { organizationId } = organization;
    this.organizations.set(organizationId, organization);
    await this.record('organization', organizationId, organizationId);
    for (const member of members) await this.putMember(organizationId, member);
  }

  async putMember(organizationId: string, member: MemberFacts): Promise<void> {
    this.members.set(member.memberId, { organizationId, member });
    await this.record('member', organizationId, member.memberId);
  }

  async changeOrganization(organizationId: string, change: Partial<OrganizationFacts>): Promise<void> {
    const before = this.organizations.get(organizationId)!;
    await this.put({ ...before, revision: before.revision + 1, ...change });
  }

  async changeMember(memberId: string, change: Partial<MemberFacts>): Promise<void> {
    const { organizationId, member } = this.members.get(memberId)!;
    await this.putMember(organizationId, memberFacts({ ...member, ...change }, organizationId));
  }

  /** As the owner records both halves of an erasure (R54); what it answers does not change with it. */
  async recordErasure(memberId: string, type: 'MemberErased' | 'MemberErasureCompleted'): Promise<void> {
    await this.record('member', this.members.get(memberId)!.organizationId, memberId, type);
  }

  async remove(organizationId: string): Promise<void> {
    this.organizations.delete(organizationId);
    await this.record('organization', organizationId, organizationId);
  }

  entry = async ({ organization, memberId, address }: Payload<'entry'>): Promise<EntryFacts> => {
    this.answer('entry');
    const facts = [...this.organizations.values()].find(({ organizationId, slug }) =>
      [organizationId, slug].includes(organization),
    );
    if (!facts) throw new DomainError<WireErrorType>('organization_not_found');
    const { organizationId } = facts;
    const member = [...this.members.values()].find(
      (found) =>
        found.organizationId === organizationId &&
        (memberId === undefined ? found.member.address === address : found.member.memberId === memberId),
    );
    return entryOf(facts, member?.member ?? null);
  };

  discover = async ({ address, includeEligible }: Payload<'discover'>) => {
    this.answer('discover');
    const all = await Promise.all(
      [...this.organizations.keys()].map((organization) => this.entry({ organization, address })),
    );
    const entries = all.filter(
      ({ member, organization }) => member || (includeEligible && organization.jitRules.length > 0),
    );
    return { entries, claimedBy: null };
  };

  proveAddress = async ({ memberId, address }: Payload<'proveAddress'>) => {
    this.answer('proveAddress');
    const { member } = this.members.get(memberId)!;
    await this.changeMember(memberId, { address, emailVerified: true });
    return { emailId: member.emailId };
  };

  createWithMember = (payload: Payload<'createWithMember'>) => {
    this.answer('createWithMember');
    const created = this.created.get(payload.commandId) ?? this.create(payload);
    this.created.set(payload.commandId, created);
    return created;
  };

  /** How many organizations there are. */
  get count(): number {
    return this.organizations.size;
  }

  private async create({ address, settings }: Payload<'createWithMember'>) {
    const organizationId = `organization-test-${uuidv7()}`;
    const memberId = `member-test-${uuidv7()}`;
    const slug = settings['organization_slug'];
    const requirement = settings['mfa_policy'] === 'REQUIRED_FOR_ALL' ? 'REQUIRED_FOR_ALL' : 'OPTIONAL';
    await this.put(
      organizationFacts({
        organizationId,
        slug: typeof slug === 'string' ? slug : organizationId,
        mfa: { requirement, mode: 'ALL_ALLOWED', allowed: [] },
      }),
      memberFacts({ memberId, address, door: 'creator', roles: ['stytch_admin'] }, organizationId),
    );
    return { organizationId, memberId };
  }

  private answer(question: string): void {
    this.asked.push(question);
    if (!this.reachable) throw new UnavailableError('organization');
  }

  private async record(
    category: 'organization' | 'member',
    organizationId: string,
    id: string,
    type = 'Changed',
  ) {
    const commandId = uuidv7();
    const who = { actor: 'system:test', correlationId: commandId, causationId: commandId };
    await this.log.append({
      commitId: commandId,
      commandHash: commandId,
      metadata: { projectId, commandId, at: START, ...who },
      writes: [
        {
          stream: streamName(category, { projectId, organizationId, id }),
          organizationId,
          expect: 'any',
          events: [{ eventId: uuidv7(), type: `${category}.${type}`, schemaVersion: 1, data: {} }],
        },
      ],
      conditions: [],
      reservations: [],
    });
  }
}
