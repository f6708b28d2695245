import type { EntryFacts, JitRule, MemberFacts, OrganizationFacts } from '@muster/contracts';
import { DomainError, domainOf } from '@muster/kernel';
import { entryFacts } from './entry-facts.ts';
import type { Organizations } from '../application/ports.ts';

type Admission = Parameters<Organizations['admitMember']>[0];

/**
 * One organization as the organization service keeps it: a revision that every change of policy moves, one member per
 * address, and an answer per admission that never changes. Calls can be made to fail before or after they took effect.
 */
export class InMemoryOrganizations implements Organizations {
  readonly members = new Map<string, MemberFacts>();
  /** Every admission that was asked for, as often as it was. */
  readonly asked: Admission[] = [];
  organization: OrganizationFacts;
  claimedElsewhere = false;
  provenColleague = false;
  private readonly admissions = new Set<string>();
  private readonly failures: { readonly when: 'before' | 'after'; readonly error: Error }[] = [];
  private readonly interruptions: (() => void)[] = [];

  constructor(organization: Partial<OrganizationFacts> = {}) {
    this.organization = entryFacts({ organization }).organization;
  }

  changePolicy(changes: Partial<OrganizationFacts>): void {
    const { revision } = this.organization;
    this.organization = { ...this.organization, ...changes, revision: revision + 1 };
  }

  replaceRules(...jitRules: readonly JitRule[]): void {
    this.changePolicy({ jitRules, jitRulesVersion: this.organization.jitRulesVersion + 1 });
  }

  addMember(member: Partial<MemberFacts> & { readonly address: string }): MemberFacts {
    const added = entryFacts({ member }).member!;
    this.members.set(added.address, added);
    return added;
  }

  /** The next admission fails: before the member is there, or after, when only the answer is lost. */
  failNext(when: 'before' | 'after', error: Error): void {
    this.failures.push({ when, error });
  }

  /** Something happens between the next decision and its admission. */
  beforeNextAdmission(interruption: () => void): void {
    this.interruptions.push(interruption);
  }

  async entry({
    organization,
    memberId,
    address,
  }: Parameters<Organizations['entry']>[0]): Promise<EntryFacts> {
    const { organizationId, slug } = this.organization;
    if (![organizationId, slug].includes(organization)) throw new DomainError('organization_not_found');
    const byId = [...this.members.values()].find((member) => member.memberId === memberId);
    const { claimedElsewhere, provenColleague } = this;
    return {
      organization: this.organization,
      member: (memberId === undefined ? this.members.get(address ?? '') : byId) ?? null,
      domain: address === undefined ? null : { domain: domainOf(address), claimedElsewhere, provenColleague },
    };
  }

  async admitMember(admission: Admission): Promise<{ readonly outcome: 'admitted' | 'policy_changed' }> {
    this.asked.push(admission);
    this.interruptions.shift()?.();
    const failure = this.failures.shift();
    if (failure?.when === 'before') throw failure.error;
    const outcome = this.admitted(admission);
    if (failure) throw failure.error;
    return { outcome };
  }

  private admitted(admission: Admission): 'admitted' | 'policy_changed' {
    const { admissionId, memberId, address, door, organizationRevision } = admission;
    if (this.admissions.has(admissionId)) return 'admitted';
    if (organizationRevision !== this.organization.revision) return 'policy_changed';
    const holder = this.members.get(address);
    if (holder && holder.memberId !== memberId) throw new DomainError('duplicate_member_email');
    this.addMember({ ...holder, memberId, address, door, status: 'active' });
    this.admissions.add(admissionId);
    return 'admitted';
  }
}
