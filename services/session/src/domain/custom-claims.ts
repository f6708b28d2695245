import type { WireErrorType } from '@muster/contracts';
import { canonicalJson, DomainError, type JsonObject } from '@muster/kernel';

const LIMIT_BYTES = 4 * 1_024;
/** Registered claims (RFC 7519 §4.1): whoever could set one could speak as somebody else. */
const RESERVED = ['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti'];
const OWN_PREFIX = 'https://stytch.com/';

/** A session's claims after a call that gave some: merged by name, `null` deletes. */
export const mergedClaims = (current: JsonObject, given: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries({ ...current, ...given }).filter(([, value]) => value !== null));

/**
 * Whether a session may have such claims, together with those it has.
 * @throws DomainError reserved_claims_in_custom_claims, custom_claims_too_large
 */
export const checkClaims = (current: JsonObject, given: JsonObject): void => {
  if (Object.keys(given).length === 0) return;
  const pointer = '/session_custom_claims';
  if (Object.keys(given).some((name) => RESERVED.includes(name) || name.startsWith(OWN_PREFIX)))
    throw new DomainError<WireErrorType>('reserved_claims_in_custom_claims', { pointer });
  const text = canonicalJson(mergedClaims(current, given));
  if (new TextEncoder().encode(text).length > LIMIT_BYTES)
    throw new DomainError<WireErrorType>('custom_claims_too_large', { pointer });
};
