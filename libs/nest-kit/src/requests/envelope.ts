import type { RequestContext } from '@muster/contracts';
import { DomainError, type JsonObject, UnavailableError } from '@muster/kernel';

/** What travels from service to service: plain JSON, in process too. */
export type RequestEnvelope = { readonly payload: unknown; readonly context: RequestContext };

/** `position`: the furthest the answering service has written (R53). */
export type ReplyEnvelope =
  | { readonly ok: true; readonly reply: unknown; readonly position: number }
  | { readonly ok: false; readonly error: RemoteError; readonly position: number };

type RemoteError =
  | { readonly kind: 'domain'; readonly code: string; readonly details: JsonObject }
  | { readonly kind: 'unavailable'; readonly dependency: string };

/** What another service may learn of a failure. Anything but a broken rule is "not available"; the cause stays here. */
export const toRemoteError = (error: unknown, service: string): RemoteError => {
  if (error instanceof DomainError) return { kind: 'domain', code: error.code, details: error.details };
  if (error instanceof UnavailableError) return { kind: 'unavailable', dependency: error.dependency };
  return { kind: 'unavailable', dependency: service };
};

/** The failure as this side throws it. */
export const fromRemoteError = (error: RemoteError): Error =>
  error.kind === 'domain'
    ? new DomainError(error.code, error.details)
    : new UnavailableError(error.dependency);
