import type { Event, Personal } from '@muster/eventsourcing';
import type { Instant, JsonObject } from '@muster/kernel';

/** The project has a new key; session JWTs are signed with the newest. The private half never leaves this service. */
export type SigningKeyCreated = Event<
  'SigningKeyCreated',
  {
    /** RFC 7638 thumbprint of the public key; the JWT's `kid`. */
    readonly keyId: string;
    readonly publicJwk: JsonObject;
    readonly privateJwk: Personal<JsonObject>;
    readonly createdAt: Instant;
  }
>;

export type SigningKeyEvent = SigningKeyCreated;
