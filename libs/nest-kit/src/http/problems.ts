import { type WireErrorType, wireErrors } from '@muster/contracts';
import {
  AppendOutcomeUnknown,
  CommitIdReused,
  LimitExceeded,
  ReservationTaken,
  RevisionConflict,
  ViewConflict,
} from '@muster/eventsourcing';
import { DomainError, type Json, type JsonObject, UnavailableError } from '@muster/kernel';
import { HttpException } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** What of an error may leave the process. */
export type Problem = { readonly type: WireErrorType; readonly details: JsonObject };

/** What of a domain error's details the caller may see; anything else stays inside. */
const SHOWN = ['reasons', 'errors', 'pointer', 'admission_id', 'join_request_id'] as const;

const RETRY_AFTER_SECONDS = 1;

/**
 * The one form of every error: the wire's (`error_type`, `error_message` …) and RFC 9457's (`type`, `title` …) in one
 * object.
 */
export class Problems {
  constructor(private readonly publicUrl: string) {}

  answer(problem: Problem, request: Pick<FastifyRequest, 'id'>) {
    const [status] = wireErrors[problem.type];
    return { status, headers: headersOf(problem.type, request), body: this.body(problem, request) };
  }

  private body({ type, details }: Problem, request: Pick<FastifyRequest, 'id'>): JsonObject {
    const [status, message] = wireErrors[type];
    const url = `${this.publicUrl}/docs/errors#${type}`;
    const shown = SHOWN.filter((name) => details[name] !== undefined);
    return {
      status_code: status,
      request_id: request.id,
      error_type: type,
      error_message: message,
      error_url: url,
      type: url,
      title: message,
      status,
      detail: message,
      instance: request.id,
      ...Object.fromEntries(shown.map((name) => [name, details[name] as Json])),
    };
  }
}

const headersOf = (type: WireErrorType, request: Pick<FastifyRequest, 'id'>): Record<string, string> => {
  const [status] = wireErrors[type];
  const again = status === 503 || status === 429 || type === 'idempotency_key_in_flight';
  return {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    'x-request-id': request.id,
    ...(type === 'unauthorized_credentials' ? { 'www-authenticate': 'Basic realm="muster"' } : {}),
    ...(again ? { 'retry-after': String(RETRY_AFTER_SECONDS) } : {}),
  };
};

/** What the caller learns of an error; nothing of an unexpected one. */
export const problemOf = (error: unknown): Problem => {
  if (error instanceof DomainError)
    return error.code in wireErrors
      ? { type: error.code as WireErrorType, details: error.details }
      : plain('internal_server_error');
  // Also where it may have been written: asked again with the same key, it is the same command (E8, E5).
  if (error instanceof UnavailableError || error instanceof AppendOutcomeUnknown) return plain('unavailable');
  if (error instanceof RevisionConflict || error instanceof ReservationTaken || error instanceof ViewConflict)
    return plain('conflict');
  if (error instanceof CommitIdReused) return plain('idempotency_key_reused');
  if (error instanceof LimitExceeded) return plain('request_too_large');
  return plain(typeOfStatus(statusOf(error)));
};

const plain = (type: WireErrorType): Problem => ({ type, details: {} });

/** Of Nest's own exceptions and of the HTTP server's (malformed JSON, unknown content type, too large). */
const statusOf = (error: unknown): number =>
  error instanceof HttpException
    ? error.getStatus()
    : ((error as { statusCode?: number } | null)?.statusCode ?? 500);

const typeOfStatus = (status: number): WireErrorType => {
  switch (status) {
    case 400:
      return 'bad_request';
    case 404:
      return 'route_not_found';
    case 413:
      return 'request_too_large';
    case 415:
      return 'invalid_content_type';
    default:
      return 'internal_server_error';
  }
};
