import type { EventLog } from '@muster/eventsourcing';
import { type EmailAddress, type Instant, looksLikeId, type NewId, parseEmailAddress } from '@muster/kernel';
import { slugKey } from '../domain/organization/organization.aggregate.ts';
import type { CreateOrganization } from '../domain/organization/organization.commands.ts';
import { settingsFrom, type WireOrganizationSettings } from './organization-settings.ts';
import type { DomainLabel } from './ports.ts';
import { domainsInSettings, settingFacts, type SettingFactSources } from './setting-facts.ts';

export type NewOrganizationSources = SettingFactSources & {
  readonly log: EventLog;
  readonly newId: NewId;
  readonly domainLabel: DomainLabel;
  readonly projectId: string;
};

const LONGEST_DERIVED = 64;

const slugFrom = (text: string): string =>
  text
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, LONGEST_DERIVED)
    .replaceAll(/^-|-$/g, '');

/** What a founder's organization is called where they do not say: as their company, or as themselves (wire default). */
const nameFrom = (
  founder: EmailAddress,
  { publicMailDomains, domainLabel }: NewOrganizationSources,
): string =>
  publicMailDomains(founder.domain) !== undefined || founder.domain.endsWith('.edu')
    ? founder.localPart
    : domainLabel(founder.domain);

/** A slug nobody has, from a name; unlike a chosen one it gives way. */
const freeSlug = async (
  name: string,
  organizationId: string,
  at: Instant,
  { log, projectId }: NewOrganizationSources,
): Promise<string> => {
  const slug = slugFrom(name);
  const suffix = organizationId.slice(-8);
  if (slug.length < 2 || looksLikeId(slug)) return `org-${suffix}`;
  const held = await log.reservation(slugKey(projectId, slug), at);
  return held === undefined ? slug : `${slug}-${suffix}`;
};

/**
 * The command for a new organization, with an id of its own and what the caller left open: a slug from the name, and
 * where a founder is given (discovery), a name from their address.
 */
export const newOrganization = async (
  sources: NewOrganizationSources,
  wire: WireOrganizationSettings,
  at: Instant,
  founderAddress?: string,
): Promise<CreateOrganization> => {
  const organizationId = sources.newId('organization');
  const settings = settingsFrom(wire);
  const founder = founderAddress === undefined ? undefined : parseEmailAddress(founderAddress);
  const name = settings.name ?? (founder === undefined ? '' : nameFrom(founder, sources));
  const slug = settings.slug ?? (await freeSlug(name, organizationId, at, sources));
  const facts = settingFacts(sources, domainsInSettings(settings));
  return {
    type: 'CreateOrganization',
    data: { organizationId, settings: { ...settings, name, slug }, facts },
    at,
  };
};
