import { type AnsweredRequest, type Span, startSpan, traceparentIn } from '@muster/observability';
import type { WireErrorType } from '@muster/contracts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** A request as what observes it leaves it, and as the problem filter completes it. */
export type ObservedRequest = FastifyRequest & {
  /** What everything that is done for this request is part of: its own span, else what the caller sent. */
  traceparent?: string | undefined;
  span?: Span | undefined;
  /** What the answer says went wrong. */
  errorType?: WireErrorType;
};

export type RequestObserver = {
  readonly service: string;
  readonly onAnswered: (request: AnsweredRequest) => void;
};

const MILLISECONDS_PER_SECOND = 1_000;

/** The route's template; paths hold ids and slugs, and what nobody owns may hold anything. */
const routeOf = ({ routeOptions }: FastifyRequest): string => routeOptions.url ?? 'unmatched';

/** Measures each request from its arrival to the end of its answer, and traces it where there is tracing. */
export const observeRequests = (fastify: FastifyInstance, { service, onAnswered }: RequestObserver): void => {
  fastify.addHook('onRequest', (request: ObservedRequest, _, done) => {
    const parent = traceparentIn(request.headers['traceparent']);
    request.span = startSpan(() => ({
      name: `${request.method} ${routeOf(request)}`,
      kind: 'server',
      parent,
      attributes: {
        'http.request.method': request.method,
        'http.route': routeOf(request),
        'muster.service': service,
        'muster.request_id': request.id,
      },
    }));
    request.traceparent = request.span?.traceparent ?? parent;
    done();
  });
  fastify.addHook('onResponse', (request: ObservedRequest, reply: FastifyReply, done) => {
    const { statusCode: status } = reply;
    const { errorType, span, method } = request;
    const seconds = reply.elapsedTime / MILLISECONDS_PER_SECOND;
    onAnswered({ service, method, route: routeOf(request), status, seconds, errorType });
    span?.end({
      attributes: { 'http.response.status_code': status },
      ...(status < 500 || errorType === undefined ? {} : { failure: errorType }),
    });
    done();
  });
};
