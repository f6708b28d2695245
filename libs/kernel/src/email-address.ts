import { domainToASCII } from 'node:url';

/** A canonical address: NFKC, lower case, domain as A-label. `address` is the one key for comparison and look-up. */
export type EmailAddress = {
  readonly address: string;
  readonly localPart: string;
  readonly domain: string;
};

// RFC 5321 dot-atom only. Quoted local parts, comments and groups let a mailer and a policy read two addresses in one.
const DOT_ATOM = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/u;
const DOMAIN = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$/;

/**
 * The canonical form of an e-mail domain (A-label, lower case), or undefined where it is not one. Needs two labels;
 * a trailing dot and address literals are refused.
 */
export const parseEmailDomain = (text: string): string | undefined => {
  if (/[^\p{L}\p{N}\p{M}.-]/u.test(text)) return undefined;
  const domain = domainToASCII(text.normalize('NFKC')).toLowerCase();
  return DOMAIN.test(domain) ? domain : undefined;
};

/**
 * The one way text becomes an e-mail address, or undefined where it is not one. Refuses what normalisation would turn
 * into another address (a fullwidth `＠`), more than one `@`, controls, and anything past 254 characters.
 */
export const parseEmailAddress = (text: string): EmailAddress | undefined => {
  if (text.length > 254 || text.split('@').length !== 2) return undefined;
  const normalised = text.normalize('NFKC');
  const parts = normalised.toLowerCase().split('@');
  const [localPart, rawDomain] = parts;
  if (parts.length !== 2 || localPart === undefined || rawDomain === undefined) return undefined;
  if (localPart.length > 64 || !DOT_ATOM.test(localPart)) return undefined;
  const domain = parseEmailDomain(rawDomain);
  if (domain === undefined) return undefined;
  const address = `${localPart}@${domain}`;
  return address.length > 254 ? undefined : { address, localPart, domain };
};

/** The domain of a canonical address. */
export const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1);
