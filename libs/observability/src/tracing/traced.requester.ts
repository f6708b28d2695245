import type { Requester } from '@muster/contracts';
import { traced } from './tracing.ts';

/** The same requester; each question is a span, and the answer is part of it. */
export const tracedRequester = (requester: Requester): Requester => ({
  ask: (definition, payload, context) =>
    traced(
      context.traceparent,
      () => ({
        name: definition.subject,
        kind: 'client',
        attributes: { 'rpc.system': 'muster', 'rpc.method': definition.subject },
      }),
      (traceparent) =>
        requester.ask(
          definition,
          payload,
          traceparent === context.traceparent ? context : { ...context, traceparent: traceparent! },
        ),
    ),
});
