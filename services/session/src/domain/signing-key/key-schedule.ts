import { type Instant, type JsonObject, plusDays } from '@muster/kernel';

/** How long a session JWT lives. */
export const JWT_SECONDS = 300;
/** How far clocks of verifiers and of our processes may be apart. */
export const SKEW_SECONDS = 60;

export type SigningKey = {
  readonly keyId: string;
  readonly publicJwk: JsonObject;
  /** Undefined once the key has come to its end, or where its private half is lost: it signs nothing then. */
  readonly privateJwk: JsonObject | undefined;
  readonly publishedFrom: Instant;
  readonly signsFrom: Instant;
  /** Null as long as no other key is to take over. */
  readonly signsUntil: Instant | null;
  readonly publishedUntil: Instant | null;
  readonly end: { readonly as: 'retired' | 'compromised'; readonly at: Instant } | null;
};

/** The project's keys, oldest first. */
export type SigningKeys = readonly SigningKey[];

export type SigningKeyState = 'next' | 'signing' | 'overlapping' | 'retired' | 'compromised';

/** Whether a key is in the published set, which is the same as whether its JWTs are believed. */
export const isPublished = ({ end, publishedUntil }: SigningKey, at: Instant): boolean =>
  end === null && (publishedUntil === null || at < publishedUntil);

/**
 * The one key that signs at an instant. A clock that is behind an emergency's finds no key that signs yet: then it is
 * the oldest that is left, so that there always is one.
 */
export const signingKeyAt = (keys: SigningKeys, at: Instant): SigningKey | undefined => {
  const left = keys.filter(({ end }) => end === null);
  return left.findLast(({ signsFrom }) => signsFrom <= at) ?? left[0];
};

export const stateOf = (key: SigningKey, keys: SigningKeys, at: Instant): SigningKeyState => {
  if (key.end) return key.end.as;
  if (key === signingKeyAt(keys, at)) return 'signing';
  if (!isPublished(key, at)) return 'retired';
  return key.signsFrom > at ? 'next' : 'overlapping';
};

/** When the newest key is to be replaced; undefined where there is none. */
export const rotationDueAt = (keys: SigningKeys, afterDays: number): Instant | undefined => {
  const newest = keys.findLast(({ end }) => end === null);
  return newest && plusDays(newest.signsFrom, afterDays);
};
