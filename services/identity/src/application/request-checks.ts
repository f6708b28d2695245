import type { WireErrorType } from '@muster/contracts';
import { DomainError, parseEmailAddress } from '@muster/kernel';
import type { AllowedRedirect } from './ports.ts';

/** How long a proof may be valid, in minutes. */
export type Lifetime = { readonly default: number; readonly min: number; readonly max: number };

export const linkLifetime: Lifetime = { default: 60, min: 5, max: 10_080 };
export const inviteLifetime: Lifetime = { default: 10_080, min: 5, max: 10_080 };
export const codeLifetime: Lifetime = { default: 10, min: 2, max: 15 };
/** Of what completes an e-mail update; not for the caller to choose. */
export const emailUpdateMinutes = 5;

const reject = (code: WireErrorType, pointer: string): never => {
  throw new DomainError<WireErrorType>(code, { pointer });
};

/** The canonical address, or `invalid_email`. */
export const addressIn = (text: string, pointer = '/email_address'): string =>
  parseEmailAddress(text)?.address ?? reject('invalid_email', pointer);

/** The wished number of minutes, or the default, or `invalid_expiration`. */
export const minutesIn = (
  wished: number | undefined,
  { default: usual, min, max }: Lifetime,
  field: string,
): number => {
  const minutes = wished ?? usual;
  const valid = Number.isInteger(minutes) && minutes >= min && minutes <= max;
  return valid ? minutes : reject('invalid_expiration', `/${field}`);
};

/** RFC 7636 §4.2: base64url, no padding. */
export const codeChallengeIn = (text: string | undefined): string | null => {
  if (text === undefined) return null;
  return /^[A-Za-z0-9_-]{43,128}$/.test(text)
    ? text
    : reject('invalid_pkce_code_challenge', '/pkce_code_challenge');
};

/**
 * Where a link leads: the named URL if it is on the list of that type, letter by letter; else the type's default. Nothing
 * of a request contributes to it (I12).
 */
export const redirectIn = (
  allowed: readonly AllowedRedirect[],
  type: AllowedRedirect['type'],
  wished: string | undefined,
  field: string,
): string => {
  const ofType = allowed.filter((redirect) => redirect.type === type);
  if (wished === undefined)
    return ofType.find(({ isDefault }) => isDefault)?.url ?? reject('no_default_redirect_url', `/${field}`);
  return (
    ofType.find(({ url }) => url === wished)?.url ??
    reject('no_match_for_provided_magic_link_url', `/${field}`)
  );
};
