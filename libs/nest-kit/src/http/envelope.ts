import type { FastifyReply, FastifyRequest } from 'fastify';
import type { RequestScope } from '../request-scope.ts';

const OK = 200;

/** A request with what is gathered while it is served. */
export type ScopedRequest = FastifyRequest & { scope?: Readonly<RequestScope> };

/**
 * Around every answer: `request_id` and `status_code` in the body, where the write stands in the log in
 * `Muster-Position`, and nothing for caches (R53, E26).
 */
export const enveloped = (reply: FastifyReply, result: unknown): unknown => {
  const { id, scope } = reply.request as ScopedRequest;
  void reply.header('x-request-id', id);
  if (!reply.hasHeader('cache-control')) void reply.header('cache-control', 'no-store');
  if (scope && scope.position > 0) void reply.header('muster-position', String(scope.position));
  if (scope && scope.ignoredFields.length > 0)
    void reply.header('muster-ignored-fields', scope.ignoredFields.join(', '));
  if (typeof result !== 'object' || result === null || Array.isArray(result)) return result;
  return reply.getHeader('content-type') ? result : { ...result, request_id: id, status_code: OK };
};
