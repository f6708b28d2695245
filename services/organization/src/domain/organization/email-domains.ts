import { parseEmailDomain } from '@muster/kernel';
import { checkRestrictedLists } from './doors.ts';
import type { OrganizationSettings, SettingFacts } from './organization.commands.ts';
import type { OrganizationEvent } from './organization.events.ts';
import { evolve, type HeldDomain, type Organization } from './organization.state.ts';
import { refuse } from './refuse.ts';

/** One call writes at most so many events for domains, well within a commit. */
const MAX_DOMAINS = 200;

/** The canonical form of a domain an organization can own (R33: nobody owns a public or disposable one). */
const ownable = (text: string, { publicMailDomains }: SettingFacts, pointer: string): string => {
  const domain = parseEmailDomain(text) ?? refuse('organization_settings_invalid_domain', pointer);
  const kind = publicMailDomains[domain];
  if (kind === 'common') refuse('organization_settings_domain_too_common', pointer);
  if (kind === 'disposable') refuse('organization_settings_disposable_domain', pointer);
  return domain;
};

const ownableList = (texts: readonly string[], facts: SettingFacts, pointer: string): readonly string[] => {
  if (texts.length > MAX_DOMAINS) refuse('too_many_domains', pointer);
  const domains = texts.map((text, index) => ownable(text, facts, `${pointer}/${index}`));
  for (const [index, domain] of domains.entries())
    if (domains.indexOf(domain) !== index)
      refuse('organization_settings_duplicate_domain', `${pointer}/${index}`);
  return domains;
};

const heldDomain = ({ domains }: Organization, domain: string): HeldDomain =>
  domains.find((held) => held.domain === domain) ?? refuse('email_domain_not_found');

/** The whole list: what is new is listed, what is missing is struck off with its proof and claim. */
export const replaceEmailDomains = (
  state: Organization,
  { emailDomains }: OrganizationSettings,
  facts: SettingFacts,
): readonly OrganizationEvent[] => {
  if (emailDomains === undefined) return [];
  const wanted = ownableList(emailDomains, facts, '/email_allowed_domains');
  const held = state.domains.map(({ domain }) => domain);
  return [
    ...held
      .filter((domain) => !wanted.includes(domain))
      .map((domain) => ({ type: 'EmailDomainUnlisted', data: { domain } }) as const),
    ...wanted
      .filter((domain) => !held.includes(domain))
      .map((domain) => ({ type: 'EmailDomainListed', data: { domain } }) as const),
  ];
};

/** The whole list of claims: what is new must be proven (R6), what is missing is released. */
export const replaceClaims = (
  state: Organization,
  { claimedDomains }: OrganizationSettings,
  facts: SettingFacts,
): readonly OrganizationEvent[] => {
  if (claimedDomains === undefined) return [];
  const pointer = '/claimed_email_domains';
  const wanted = ownableList(claimedDomains, facts, pointer);
  const claimed = state.domains.filter((held) => held.state === 'claimed').map(({ domain }) => domain);
  for (const [index, domain] of wanted.entries())
    if (!state.domains.some((held) => held.domain === domain && held.state !== 'listed'))
      refuse('organization_settings_claimed_domain_not_verified', `${pointer}/${index}`);
  return [
    ...claimed
      .filter((domain) => !wanted.includes(domain))
      .map((domain) => ({ type: 'EmailDomainClaimReleased', data: { domain } }) as const),
    ...wanted
      .filter((domain) => !claimed.includes(domain))
      .map((domain) => ({ type: 'EmailDomainClaimed', data: { domain } }) as const),
  ];
};

export const listEmailDomain = (
  state: Organization,
  text: string,
  facts: SettingFacts,
): readonly OrganizationEvent[] => {
  const domain = ownable(text, facts, '/domain');
  if (state.domains.some((held) => held.domain === domain)) return [];
  if (state.domains.length >= MAX_DOMAINS) refuse('too_many_domains', '/domain');
  return [{ type: 'EmailDomainListed', data: { domain } }];
};

export const startVerification = (
  state: Organization,
  domain: string,
  challenge: string,
): readonly OrganizationEvent[] =>
  heldDomain(state, domain).challenge === null
    ? [{ type: 'DomainVerificationStarted', data: { domain, challenge } }]
    : [];

/** Only the text this organization was given proves anything to it. */
export const recordVerified = (
  state: Organization,
  domain: string,
  seenChallenge: string,
): readonly OrganizationEvent[] => {
  const held = heldDomain(state, domain);
  if (held.challenge !== seenChallenge) refuse('email_domain_not_verified');
  return held.state === 'listed' ? [{ type: 'EmailDomainVerified', data: { domain } }] : [];
};

/** That nobody else claims it is the reservation's business (R6). */
export const claimEmailDomain = (state: Organization, domain: string): readonly OrganizationEvent[] => {
  const held = heldDomain(state, domain);
  if (held.state === 'listed') refuse('organization_settings_claimed_domain_not_verified');
  return held.state === 'claimed' ? [] : [{ type: 'EmailDomainClaimed', data: { domain } }];
};

export const removeEmailDomain = (state: Organization, domain: string): readonly OrganizationEvent[] => {
  heldDomain(state, domain);
  const unlisted: OrganizationEvent = { type: 'EmailDomainUnlisted', data: { domain } };
  checkRestrictedLists(evolve(state, unlisted));
  return [unlisted];
};
