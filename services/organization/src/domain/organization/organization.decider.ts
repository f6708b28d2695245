import type { Decider } from '@muster/eventsourcing';
import { assertNever } from '@muster/kernel';
import { changeAuthentication, changeMfa } from './authentication-policy.ts';
import { changeConnectedApps } from './connected-apps.ts';
import {
  changeInvites,
  changeJitDefaults,
  checkEmailJitHasMethod,
  checkOneDoorOpen,
  checkRestrictedLists,
  mentionsDoor,
} from './doors.ts';
import {
  claimEmailDomain,
  listEmailDomain,
  recordVerified,
  removeEmailDomain,
  replaceClaims,
  replaceEmailDomains,
  startVerification,
} from './email-domains.ts';
import { replaceCustomRules } from './jit-rules.ts';
import {
  assignExternalId,
  changeSlug,
  checkExternalId,
  checkLogoUrl,
  checkName,
  checkSlug,
  removeExternalId,
  rename,
  replaceLogo,
  replaceMetadata,
} from './organization-details.ts';
import type {
  CreateOrganization,
  OrganizationCommand,
  OrganizationSettings,
  ReplaceJitRules,
  SettingFacts,
} from './organization.commands.ts';
import type { OrganizationEvent } from './organization.events.ts';
import { evolve, noOrganization, type Organization } from './organization.state.ts';
import { refuse } from './refuse.ts';
import { replaceImplicitRoles } from './roles.ts';
import { setSessionPolicy } from './session-policy.ts';

type Events = readonly OrganizationEvent[];
type Step = (state: Organization, settings: OrganizationSettings, facts: SettingFacts) => Events;

/** What a settings call can change, in this order: each step sees the outcome of those before. */
const steps: readonly Step[] = [
  rename,
  changeSlug,
  replaceLogo,
  assignExternalId,
  replaceMetadata,
  changeAuthentication,
  changeMfa,
  replaceEmailDomains,
  replaceClaims,
  changeJitDefaults,
  changeInvites,
  (state, { implicitRoles }, facts) => replaceImplicitRoles(state, implicitRoles, facts),
  changeConnectedApps,
];

/** Takes the steps one after the other and gives all their events. */
const inTurn = (
  state: Organization,
  turns: readonly ((state: Organization) => Events)[],
): { readonly state: Organization; readonly events: Events } =>
  turns.reduce<{ readonly state: Organization; readonly events: Events }>(
    (sofar, turn) => {
      const events = turn(sofar.state);
      return { state: events.reduce(evolve, sofar.state), events: [...sofar.events, ...events] };
    },
    { state, events: [] },
  );

const apply = (state: Organization, settings: OrganizationSettings, facts: SettingFacts): Events => {
  const outcome = inTurn(
    state,
    steps.map((step) => (sofar) => step(sofar, settings, facts)),
  );
  if (mentionsDoor(settings)) checkOneDoorOpen(outcome.state);
  checkRestrictedLists(outcome.state);
  checkEmailJitHasMethod(outcome.state);
  return outcome.events;
};

/** Silence on everything keeps invites open; a creator who says something says it all (wire default). */
const invitesWhenNotMentioned = (settings: OrganizationSettings): OrganizationSettings => {
  const { authentication, mfa, jitDefaults, emailDomains, emailInvites } = settings;
  const saysSomething = [authentication, mfa, jitDefaults, emailDomains].some((part) => part !== undefined);
  return emailInvites === undefined && saysSomething
    ? { ...settings, emailInvites: 'NOT_ALLOWED' }
    : settings;
};

const create = (state: Organization, { data }: CreateOrganization): Events => {
  if (state.status !== 'absent') refuse('conflict');
  const { organizationId, facts, settings } = data;
  const { name, slug, logoUrl = '', externalId = null } = settings;
  checkName(name);
  checkSlug(slug);
  checkLogoUrl(logoUrl);
  if (externalId !== null) checkExternalId(externalId);
  const created: OrganizationEvent = {
    type: 'OrganizationCreated',
    data: { organizationId, name, slug, logoUrl, externalId },
  };
  return [created, ...apply(evolve(state, created), invitesWhenNotMentioned(settings), facts)];
};

const replaceJitRules = (state: Organization, { data }: ReplaceJitRules): Events => {
  const { rules, defaults, expectedVersion, facts } = data;
  if (expectedVersion !== null && expectedVersion !== state.jitRulesVersion) refuse('precondition_failed');
  const { emailInvites, ...jitDefaults } = defaults ?? {};
  const outcome = inTurn(state, [
    (sofar) => replaceCustomRules(sofar, rules, facts),
    (sofar) => changeJitDefaults(sofar, { jitDefaults }),
    (sofar) => changeInvites(sofar, emailInvites === undefined ? {} : { emailInvites }),
  ]);
  checkRestrictedLists(outcome.state);
  checkEmailJitHasMethod(outcome.state);
  return outcome.events;
};

const remove = ({ status, slug, externalId, domains }: Organization): Events => {
  if (status === 'deleted') return [];
  const claimedDomains = domains.filter(({ state }) => state === 'claimed').map(({ domain }) => domain);
  return [{ type: 'OrganizationDeleted', data: { slug, externalId, claimedDomains } }];
};

const decide = (state: Organization, command: OrganizationCommand): Events => {
  if (command.type === 'CreateOrganization') return create(state, command);
  if (state.status === 'absent') return refuse('organization_not_found');
  if (command.type === 'DeleteOrganization') return remove(state);
  if (state.status === 'deleted') return refuse('organization_not_found');
  const { type, data } = command;
  switch (type) {
    case 'UpdateOrganization':
      return apply(state, data.settings, data.facts);
    case 'RemoveExternalId':
      return removeExternalId(state);
    case 'ReplaceJitRules':
      return replaceJitRules(state, command);
    case 'SetSessionPolicy':
      return setSessionPolicy(state, data);
    case 'ListEmailDomain':
      return listEmailDomain(state, data.domain, data.facts);
    case 'StartDomainVerification':
      return startVerification(state, data.domain, data.challenge);
    case 'RecordDomainVerified':
      return recordVerified(state, data.domain, data.seenChallenge);
    case 'ClaimEmailDomain':
      return claimEmailDomain(state, data.domain);
    case 'RemoveEmailDomain':
      return removeEmailDomain(state, data.domain);
    default:
      return assertNever(type);
  }
};

export const organizationDecider: Decider<OrganizationCommand, OrganizationEvent, Organization> = {
  initialState: noOrganization,
  evolve,
  decide,
};
