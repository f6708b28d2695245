/** Printable ASCII without white space: what clients send bare. */
const BARE = /^[\x21\x23-\x7e][\x21-\x7e]{0,254}$/;
/** A structured field's string (RFC 8941), as draft-ietf-httpapi-idempotency-key-header has it. */
const QUOTED = /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"$/;
const LONGEST = 255;

/**
 * The key in an `Idempotency-Key` header, sent bare or as a quoted string, which are the same key. Undefined where it
 * is malformed: empty, longer than 255 characters, with control characters, or more than one.
 */
export const idempotencyKeyIn = (header: string): string | undefined => {
  if (BARE.test(header)) return header;
  const key = QUOTED.exec(header)?.[1]?.replaceAll(/\\(["\\])/g, '$1');
  return key !== undefined && key.length > 0 && key.length <= LONGEST ? key : undefined;
};
