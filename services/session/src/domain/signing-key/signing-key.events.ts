import type { Event, Personal } from '@muster/eventsourcing';
import type { Instant, JsonObject } from '@muster/kernel';

type KeyPair = {
  /** RFC 7638 thumbprint of the public key; the JWT's `kid`. */
  readonly keyId: string;
  readonly publicJwk: JsonObject;
  /** Never leaves this service. */
  readonly privateJwk: Personal<JsonObject>;
};

/** The project has its first key, which signs session JWTs from now on. */
export type SigningKeyCreated = Event<'SigningKeyCreated', KeyPair & { readonly createdAt: Instant }>;

/**
 * The next key is published, so that verifiers know it before they meet it. When it starts to sign, and when the key
 * before it leaves, is said here once for all processes: from then on time alone moves the rotation.
 */
export type SigningKeyAnnounced = Event<
  'SigningKeyAnnounced',
  KeyPair & {
    readonly announcedAt: Instant;
    readonly signsFrom: Instant;
    /** Null where no key is left to be replaced. */
    readonly predecessorPublishedUntil: Instant | null;
  }
>;

/** The last JWT of a replaced key has expired: it verifies nothing any more, and its private half is to be destroyed. */
export type SigningKeyRetired = Event<
  'SigningKeyRetired',
  { readonly keyId: string; readonly retiredAt: Instant }
>;

/** Somebody else may have the key: nothing it ever signed is believed, and its private half is to be destroyed. */
export type SigningKeyCompromised = Event<
  'SigningKeyCompromised',
  { readonly keyId: string; readonly compromisedAt: Instant }
>;

export type SigningKeyEvent =
  | SigningKeyCreated
  | SigningKeyAnnounced
  | SigningKeyRetired
  | SigningKeyCompromised;
