import type { JsonObject } from './json.ts';

/**
 * A rule said no. Thrown by deciders and by the application around them, never for a wrong credential (that is an
 * event). `code` is stable and is mapped to the wire by one table per service; `details` may be shown to the caller,
 * `cause` never is.
 */
export class DomainError<Code extends string = string> extends Error {
  constructor(
    readonly code: Code,
    readonly details: JsonObject = {},
    options?: { readonly cause?: unknown },
  ) {
    super(code, options);
    this.name = 'DomainError';
  }
}

/** A dependency (log, read store, mail, another service) did not answer. The wire says 503 with `Retry-After`. */
export class UnavailableError extends Error {
  constructor(
    readonly dependency: string,
    options?: { readonly cause?: unknown },
  ) {
    super(`${dependency} is unavailable`, options);
    this.name = 'UnavailableError';
  }
}
