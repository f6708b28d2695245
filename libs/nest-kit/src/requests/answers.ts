import { Logger } from '@nestjs/common';
import { MessagePattern } from '@nestjs/microservices';
import type { RequestContext, RequestDefinition } from '@muster/contracts';
import { DomainError } from '@muster/kernel';
import { failureOf, startSpan } from '@muster/observability';
import { inRequestScope } from '../request-scope.ts';
import { type ReplyEnvelope, type RequestEnvelope, toRemoteError } from './envelope.ts';

const logger = new Logger('Answers');

/**
 * Marks a controller's method as the answer to a question of another service. The method takes payload and context and
 * gives the reply; what it throws reaches the asker as a `DomainError` or an `UnavailableError`.
 *
 * @example
 * @Answers(sessionRequests.resolve)
 * resolve(payload: PayloadOf<typeof sessionRequests.resolve>, context: RequestContext): Promise<MemberCaller> { … }
 */
export const Answers =
  <Payload, Reply>(definition: RequestDefinition<Payload, Reply>) =>
  <Method extends (payload: Payload, context: RequestContext) => Promise<Reply>>(
    target: object,
    key: string,
    descriptor: TypedPropertyDescriptor<Method>,
  ): void => {
    const answer = descriptor.value!;
    const service = definition.subject.slice(0, definition.subject.indexOf('.'));
    const wrapped = async function (
      this: object,
      { payload, context }: RequestEnvelope,
    ): Promise<ReplyEnvelope> {
      const span = startSpan(() => ({
        name: definition.subject,
        kind: 'server',
        parent: context.traceparent,
        attributes: { 'rpc.system': 'muster', 'rpc.method': definition.subject, 'muster.service': service },
      }));
      const own = span ? { ...context, traceparent: span.traceparent } : context;
      const { result, scope } = await inRequestScope(own, async () => {
        try {
          const reply = await answer.call(this, payload as Payload, own);
          span?.end();
          return { ok: true, reply } as const;
        } catch (error) {
          span?.end({ failure: failureOf(error) });
          if (!(error instanceof DomainError)) logger.error(error, `${definition.subject} failed`);
          return { ok: false, error: toRemoteError(error, service) } as const;
        }
      });
      return { ...result, position: scope.position };
    };
    descriptor.value = wrapped as unknown as Method;
    MessagePattern(definition.subject)(target, key, descriptor);
  };
