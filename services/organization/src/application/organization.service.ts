import type { DoorSetting, SessionPolicy } from '@muster/contracts';
import {
  type AggregateId,
  type CommandContext,
  type CommandDependencies,
  handleCommand,
} from '@muster/eventsourcing';
import type { JitDefaults, CustomJitRule } from '../domain/organization/organization.events.ts';
import { organizationAggregate } from '../domain/organization/organization.aggregate.ts';
import type { OrganizationCommand } from '../domain/organization/organization.commands.ts';
import { newOrganization, type NewOrganizationSources } from './new-organization.ts';
import { settingsFrom, type WireOrganizationSettings } from './organization-settings.ts';
import { domainsInRules, domainsInSettings, settingFacts } from './setting-facts.ts';
import { namingOrganizations } from './taken-names.ts';

export type OrganizationServiceDependencies = CommandDependencies & NewOrganizationSources;

/** A rule as a caller writes it: one without an id is a new one. */
export type JitRuleDraft = Omit<CustomJitRule, 'ruleId'> & { readonly ruleId: string | null };

/** The full form of the JIT rules. `expectedVersion`: null where the caller does not insist on one. */
export type JitRuleList = {
  readonly rules: readonly JitRuleDraft[];
  readonly defaults: (Partial<JitDefaults> & { readonly emailInvites?: DoorSetting }) | null;
  readonly expectedVersion: number | null;
};

/** Organizations and their policy: gathers facts, runs the decider, commits. All throw `DomainError`s of the wire. */
export class OrganizationService {
  constructor(private readonly dependencies: OrganizationServiceDependencies) {}

  /** Gives the id of the new organization; a repeat of the same command gives the first one's (E5). */
  async create(wire: WireOrganizationSettings, context: CommandContext): Promise<string> {
    const command = await newOrganization(this.dependencies, wire, context.at);
    const { events } = await this.execute(command.data.organizationId, command, context);
    return events[0]!.id.id;
  }

  async update(
    organizationId: string,
    wire: WireOrganizationSettings,
    context: CommandContext,
  ): Promise<void> {
    const settings = settingsFrom(wire);
    const facts = settingFacts(this.dependencies, domainsInSettings(settings));
    const data = { settings, facts };
    await this.execute(organizationId, { type: 'UpdateOrganization', data, at: context.at }, context);
  }

  async remove(organizationId: string, context: CommandContext): Promise<void> {
    await this.execute(organizationId, { type: 'DeleteOrganization', data: null, at: context.at }, context);
  }

  async removeExternalId(organizationId: string, context: CommandContext): Promise<void> {
    await this.execute(organizationId, { type: 'RemoveExternalId', data: null, at: context.at }, context);
  }

  async replaceJitRules(organizationId: string, list: JitRuleList, context: CommandContext): Promise<void> {
    const rules = list.rules.map((draft) => ({
      ...draft,
      ruleId: draft.ruleId ?? this.dependencies.newId('jit-rule'),
    }));
    const facts = settingFacts(this.dependencies, domainsInRules(rules));
    const data = { ...list, rules, facts };
    await this.execute(organizationId, { type: 'ReplaceJitRules', data, at: context.at }, context);
  }

  async setSessionPolicy(
    organizationId: string,
    policy: SessionPolicy,
    context: CommandContext,
  ): Promise<void> {
    await this.execute(organizationId, { type: 'SetSessionPolicy', data: policy, at: context.at }, context);
  }

  private execute(organizationId: string, command: OrganizationCommand, context: CommandContext) {
    return namingOrganizations(
      handleCommand(this.dependencies, context, async (unit) => {
        const organization = await unit.load(organizationAggregate, this.aggregateId(organizationId));
        organization.execute(command);
      }),
    );
  }

  private aggregateId(organizationId: string): AggregateId {
    return { projectId: this.dependencies.projectId, organizationId, id: organizationId };
  }
}
