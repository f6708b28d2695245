import type { MemberFacts, OrganizationFacts } from '@muster/contracts';
import { DomainError, type NewId } from '@muster/kernel';
import type { Organizations, Provisioning } from '../application/ports.ts';
import { entryOf, memberFacts, organizationFacts } from './facts.ts';

/** Organizations and members in memory, as the organization service would answer about them. */
export class InMemoryOrganizations implements Organizations {
  readonly organizations = new Map<string, OrganizationFacts>();
  readonly members = new Map<string, readonly MemberFacts[]>();
  /** What was asked, in order. */
  readonly asked: string[] = [];
  /** The roles of each invitation. */
  readonly invitedWith: (readonly string[])[] = [];

  constructor(private readonly newId: NewId) {
    this.add(organizationFacts(), memberFacts());
  }

  add(organization: OrganizationFacts, ...members: readonly MemberFacts[]): void {
    this.organizations.set(organization.organizationId, organization);
    this.members.set(organization.organizationId, members);
  }

  readonly entry: Organizations['entry'] = async ({ organization: named, memberId, address }) => {
    this.asked.push('entry');
    const organization = [...this.organizations.values()].find(
      ({ organizationId, slug }) => named === organizationId || named === slug,
    );
    if (!organization) throw new DomainError('organization_not_found');
    const members = this.members.get(organization.organizationId) ?? [];
    const member = members.find((one) => one.memberId === memberId || one.address === address);
    return entryOf(organization, member ?? null);
  };

  readonly expectMember: Organizations['expectMember'] = async ({ organizationId, address, expiresAt }) => {
    this.asked.push('expectMember');
    const members = this.members.get(organizationId) ?? [];
    const known = members.find((one) => one.address === address);
    const door = 'login_request' as const;
    const memberId = known?.memberId ?? this.newId('member');
    const pending = memberFacts({
      memberId,
      status: 'pending',
      door,
      address,
      expiresAt,
      emailVerified: false,
    });
    this.members.set(organizationId, [...members.filter((one) => one !== known), pending]);
    return { memberId, created: !known };
  };

  readonly inviteMember: Organizations['inviteMember'] = async ({
    organizationId,
    address,
    roles,
    expiresAt,
  }) => {
    this.asked.push('inviteMember');
    this.invitedWith.push(roles);
    const members = this.members.get(organizationId) ?? [];
    const known = members.find((one) => one.address === address);
    if (known?.status === 'active') throw new DomainError('user_already_invited');
    const memberId = known?.memberId ?? this.newId('member');
    const invited = memberFacts({ memberId, status: 'invited', door: 'invite', address, expiresAt });
    this.members.set(organizationId, [...members.filter((one) => one !== known), invited]);
    return { memberId };
  };

  readonly describe: Organizations['describe'] = async ({ organizationId, memberId }) => {
    this.asked.push('describe');
    const member = this.members.get(organizationId)!.find((one) => one.memberId === memberId)!;
    return { organization: this.organizations.get(organizationId)!.wire, member: member.wire };
  };
}

/** Admits whom the organization's rules name by their e-mail domain. */
export const provisioningByDomain: Provisioning = {
  preview: async ({ address }, { organization }) => {
    const domain = address.slice(address.indexOf('@') + 1);
    const rule = organization.jitRules.find(
      ({ matcher, mode }) => matcher.type === 'email_domain' && matcher.domain === domain && mode !== 'off',
    );
    return rule
      ? { outcome: 'eligible', mode: 'auto', ruleId: rule.ruleId, domain }
      : {
          outcome: 'refused',
          reasons: [{ code: 'no_rule_matches', message: 'No rule matches.', details: {} }],
        };
  },
};
