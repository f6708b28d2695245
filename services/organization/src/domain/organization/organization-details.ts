import { readable } from '@muster/eventsourcing';
import { canonicalJson, type JsonObject, looksLikeId } from '@muster/kernel';
import { mergeMetadata } from '../metadata.ts';
import type { OrganizationSettings } from './organization.commands.ts';
import type { OrganizationEvent } from './organization.events.ts';
import type { Organization } from './organization.state.ts';
import { refuse } from './refuse.ts';

const SLUG = /^[A-Za-z0-9._~-]{2,128}$/;
const EXTERNAL_ID = /^[A-Za-z0-9._|-]{1,128}$/;
const MAX_NAME = 128;
const MAX_LOGO_URL = 2_048;

/** Names end up in mail headers, so a line break in one is not a name. */
const CONTROL = /\p{Cc}/u;

/** @throws DomainError invalid_organization_name */
export const checkName = (name: string): void => {
  if (Array.from(name).length > MAX_NAME || name.trim() === '' || CONTROL.test(name))
    refuse('invalid_organization_name', '/organization_name');
};

/** @throws DomainError invalid_organization_slug, also where it could be taken for an id */
export const checkSlug = (slug: string): void => {
  if (!SLUG.test(slug) || looksLikeId(slug)) refuse('invalid_organization_slug', '/organization_slug');
};

/** @throws DomainError invalid_organization_external_id, also where it could be taken for an id */
export const checkExternalId = (externalId: string): void => {
  if (!EXTERNAL_ID.test(externalId) || looksLikeId(externalId))
    refuse('invalid_organization_external_id', '/organization_external_id');
};

/** @throws DomainError organization_logo_url_too_long, bad_request where it is not a web address */
export const checkLogoUrl = (logoUrl: string): void => {
  if (logoUrl !== '' && !/^https?:\/\/\S+$/i.test(logoUrl)) refuse('bad_request', '/organization_logo_url');
  if (logoUrl.length > MAX_LOGO_URL) refuse('organization_logo_url_too_long', '/organization_logo_url');
};

export const rename = (state: Organization, { name }: OrganizationSettings): readonly OrganizationEvent[] => {
  if (name === undefined || name === state.name) return [];
  checkName(name);
  return [{ type: 'OrganizationRenamed', data: { name } }];
};

export const changeSlug = (
  state: Organization,
  { slug }: OrganizationSettings,
): readonly OrganizationEvent[] => {
  if (slug === undefined || slug === state.slug) return [];
  checkSlug(slug);
  return [{ type: 'OrganizationSlugChanged', data: { slug, previousSlug: state.slug } }];
};

export const replaceLogo = (
  state: Organization,
  { logoUrl }: OrganizationSettings,
): readonly OrganizationEvent[] => {
  if (logoUrl === undefined || logoUrl === state.logoUrl) return [];
  checkLogoUrl(logoUrl);
  return [{ type: 'OrganizationLogoReplaced', data: { logoUrl } }];
};

export const assignExternalId = (
  state: Organization,
  { externalId }: OrganizationSettings,
): readonly OrganizationEvent[] => {
  if (externalId === undefined || externalId === state.externalId) return [];
  checkExternalId(externalId);
  return [
    {
      type: 'OrganizationExternalIdAssigned',
      data: { externalId, previousExternalId: state.externalId },
    },
  ];
};

export const removeExternalId = ({ externalId }: Organization): readonly OrganizationEvent[] =>
  externalId === null ? [] : [{ type: 'OrganizationExternalIdRemoved', data: { externalId } }];

/** Shallow merge of what the application keeps with the organization. */
export const replaceMetadata = (
  state: Organization,
  { trustedMetadata }: OrganizationSettings,
): readonly OrganizationEvent[] => {
  if (trustedMetadata === undefined) return [];
  const current: JsonObject = readable(state.trustedMetadata) ?? {};
  const merged = mergeMetadata(current, trustedMetadata, '/trusted_metadata');
  return canonicalJson(merged) === canonicalJson(current)
    ? []
    : [{ type: 'OrganizationMetadataReplaced', data: { trustedMetadata: merged } }];
};
