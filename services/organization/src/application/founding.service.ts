import { adminRole, type organizationRequests, type PayloadOf, type ReplyOf } from '@muster/contracts';
import type { CommandContext, DecodedEvent } from '@muster/eventsourcing';
import { DomainError } from '@muster/kernel';
import type { MemberCommand } from '../domain/member/member.commands.ts';
import { newcomer } from '../domain/member/newcomer.ts';
import { organizationAggregate } from '../domain/organization/organization.aggregate.ts';
import { assertUnclaimed, type DomainClaims } from './claimed-domains.ts';
import { canonical, changeMember, handleMemberCommand } from './member-work.ts';
import { newOrganization, type NewOrganizationSources } from './new-organization.ts';
import type { WireOrganizationSettings } from './organization-settings.ts';
import { memberIn } from './place.ts';
import type { MemberDependencies } from './ports.ts';
import { namingOrganizations } from './taken-names.ts';

type Request = typeof organizationRequests.createWithMember;

const ATTEMPTS = 3;

/** A person who just proved an address founds an organization and is its first steward (R6, R8). */
export class FoundingService {
  constructor(
    private readonly dependencies: MemberDependencies & NewOrganizationSources,
    private readonly claims: DomainClaims,
  ) {}

  /** Organization, member and stewardship are one commit: there is no half-founded organization. */
  async found(
    { address: text, settings }: PayloadOf<Request>,
    context: CommandContext,
  ): Promise<ReplyOf<Request>> {
    const address = canonical(text);
    await assertUnclaimed(this.claims, address);
    const wire = settings as WireOrganizationSettings;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.attempt(address, wire, context);
      } catch (error) {
        // R6: a slug nobody chose never stands in the way; the next one derived is free.
        const taken = error instanceof DomainError && error.code === 'organization_slug_already_used';
        if (!taken || wire.organization_slug || attempt === ATTEMPTS) throw error;
      }
    }
  }

  private async attempt(
    address: string,
    wire: WireOrganizationSettings,
    context: CommandContext,
  ): Promise<ReplyOf<Request>> {
    const { projectId, newId } = this.dependencies;
    const create = await newOrganization(this.dependencies, wire, context.at, address);
    const { organizationId } = create.data;
    const place = { projectId, organizationId };
    const memberId = newId('member');
    const founder = this.founder(address, context);
    const { events } = await namingOrganizations(
      handleMemberCommand(this.dependencies, context, async (unit) => {
        const organization = await unit.load(organizationAggregate, { ...place, id: organizationId });
        organization.execute(create);
        await changeMember(unit, memberIn(place, memberId), [founder], 'backend');
      }),
    );
    return { organizationId: idIn(events, 'organization'), memberId: idIn(events, 'member') };
  }

  private founder(address: string, { at }: CommandContext): MemberCommand {
    const emailId = this.dependencies.newId('member-email');
    const proven = { door: 'creator', address, emailId, emailVerified: true } as const;
    const data = { ...newcomer, ...proven, roles: [adminRole], pending: false };
    return { type: 'CreateMember', data, at };
  }
}

const idIn = (events: readonly DecodedEvent[], category: 'organization' | 'member'): string =>
  events.find((event) => event.category === category)!.id.id;
