import { type WireErrorType, wireErrors } from '@muster/contracts';
import {
  CommitIdReused,
  LimitExceeded,
  ReservationTaken,
  RevisionConflict,
  ViewConflict,
} from '@muster/eventsourcing';
import { DomainError, type Json, type JsonObject, UnavailableError } from '@muster/kernel';
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

type Problem = { readonly type: WireErrorType; readonly details: JsonObject };

/** What of a domain error's details the caller may see; anything else stays inside. */
const SHOWN = ['reasons', 'errors', 'pointer', 'admission_id', 'join_request_id'] as const;

const RETRY_AFTER_SECONDS = 1;

/**
 * The one form of every error: the wire's (`error_type`, `error_message` …) and RFC 9457's (`type`, `title` …) in one
 * object. Nothing of an unexpected error is shown; it is logged.
 */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('HTTP');

  constructor(private readonly publicUrl: string) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const problem = problemOf(error);
    if (problem.type === 'internal_server_error')
      this.logger.error(error, `${request.method} ${request.routeOptions.url ?? 'unknown route'}`);
    if (error instanceof UnavailableError) this.logger.warn(`${error.dependency} did not answer`);
    const [status] = wireErrors[problem.type];
    void reply.status(status).headers(this.headers(problem.type, request)).send(this.body(problem, request));
  }

  private headers(type: WireErrorType, request: FastifyRequest): Record<string, string> {
    const [status] = wireErrors[type];
    return {
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      'x-request-id': request.id,
      ...(status === 401 && type === 'unauthorized_credentials'
        ? { 'www-authenticate': 'Basic realm="muster"' }
        : {}),
      ...(status === 503 || status === 429 ? { 'retry-after': String(RETRY_AFTER_SECONDS) } : {}),
    };
  }

  private body({ type, details }: Problem, request: FastifyRequest): JsonObject {
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

const problemOf = (error: unknown): Problem => {
  if (error instanceof DomainError)
    return error.code in wireErrors
      ? { type: error.code as WireErrorType, details: error.details }
      : plain('internal_server_error');
  if (error instanceof UnavailableError) return plain('unavailable');
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
