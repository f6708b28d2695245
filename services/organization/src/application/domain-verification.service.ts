import type { WireErrorType } from '@muster/contracts';
import {
  type AggregateId,
  type CommandContext,
  type CommandDependencies,
  fold,
  handleCommand,
} from '@muster/eventsourcing';
import { DomainError, parseEmailDomain } from '@muster/kernel';
import { domainChallenge } from '../domain/organization/domain-challenge.ts';
import { organizationAggregate } from '../domain/organization/organization.aggregate.ts';
import type { OrganizationCommand } from '../domain/organization/organization.commands.ts';
import type { Dns, NewChallenge } from './ports.ts';
import { settingFacts, type SettingFactSources } from './setting-facts.ts';
import { namingOrganizations } from './taken-names.ts';

export type DomainVerificationDependencies = CommandDependencies &
  SettingFactSources & {
    readonly dns: Dns;
    readonly newChallenge: NewChallenge;
    readonly projectId: string;
  };

/** An organization's domains, from listed over verified to claimed. `domain` may come as somebody typed it. */
export class DomainVerificationService {
  constructor(private readonly dependencies: DomainVerificationDependencies) {}

  /** Lists the domain and gives it a challenge; one that is there already keeps its own. */
  async list(organizationId: string, typed: string, context: CommandContext): Promise<void> {
    const { at } = context;
    const domain = parseEmailDomain(typed) ?? typed;
    const facts = settingFacts(this.dependencies, [domain]);
    const challenge = this.dependencies.newChallenge();
    await this.execute(organizationId, context, [
      { type: 'ListEmailDomain', data: { domain, facts }, at },
      { type: 'StartDomainVerification', data: { domain, challenge }, at },
    ]);
  }

  /**
   * Looks for the challenge in the DNS now, however long the domain has been verified, and records a first proof.
   * @throws DomainError email_domain_not_found, email_domain_not_verified; UnavailableError where the DNS is silent
   */
  async verify(organizationId: string, typed: string, context: CommandContext): Promise<void> {
    const domain = listedForm(typed);
    const seenChallenge = await this.seenChallenge(organizationId, domain);
    await this.execute(organizationId, context, [
      { type: 'RecordDomainVerified', data: { domain, seenChallenge }, at: context.at },
    ]);
  }

  async claim(organizationId: string, typed: string, context: CommandContext): Promise<void> {
    const data = { domain: listedForm(typed) };
    await this.execute(organizationId, context, [{ type: 'ClaimEmailDomain', data, at: context.at }]);
  }

  async remove(organizationId: string, typed: string, context: CommandContext): Promise<void> {
    const data = { domain: listedForm(typed) };
    await this.execute(organizationId, context, [{ type: 'RemoveEmailDomain', data, at: context.at }]);
  }

  /** The organization's own challenge, where its DNS shows it. */
  private async seenChallenge(organizationId: string, domain: string): Promise<string> {
    const id = this.aggregateId(organizationId);
    const { state } = await fold(this.dependencies, organizationAggregate, id);
    const held = state.domains.find((candidate) => candidate.domain === domain);
    if (!held) throw new DomainError<WireErrorType>('email_domain_not_found');
    if (held.challenge !== null) {
      const { name, text } = domainChallenge(domain, held.challenge);
      const published = await this.dependencies.dns.texts(name);
      if (published.includes(text)) return held.challenge;
    }
    throw new DomainError<WireErrorType>('email_domain_not_verified');
  }

  private execute(organizationId: string, context: CommandContext, commands: readonly OrganizationCommand[]) {
    return namingOrganizations(
      handleCommand(this.dependencies, context, async (unit) => {
        const organization = await unit.load(organizationAggregate, this.aggregateId(organizationId));
        for (const command of commands) organization.execute(command);
      }),
    );
  }

  private aggregateId(organizationId: string): AggregateId {
    return { projectId: this.dependencies.projectId, organizationId, id: organizationId };
  }
}

/** What is no domain is on nobody's list. */
const listedForm = (typed: string): string => {
  const domain = parseEmailDomain(typed);
  if (domain === undefined) throw new DomainError<WireErrorType>('email_domain_not_found');
  return domain;
};
