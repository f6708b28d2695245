import type { EventLog } from '@muster/eventsourcing';
import { DomainError } from '@muster/kernel';
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { HTTP_CODE_METADATA } from '@nestjs/common/constants.js';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import type { Repeats } from '../idempotency/repeats.ts';
import { inRequestScope } from '../request-scope.ts';
import type { CalledRequest } from './caller.ts';

const WAIT_MILLISECONDS = 2_000;
const OK = 200;

/**
 * Around every answer: `request_id` and `status_code` in the body, where the write stands in the log in
 * `Muster-Position`, and nothing for caches. A `Muster-Min-Position` the log has not reached is waited for (R53, E26).
 */
@Injectable()
export class EnvelopeInterceptor implements NestInterceptor {
  constructor(
    private readonly log: EventLog,
    private readonly repeats: Repeats,
  ) {}

  intercept(execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = execution.switchToHttp();
    const request = http.getRequest<FastifyRequest & CalledRequest>();
    const reply = http.getResponse<FastifyReply>();
    const answer = () => this.answer(request, reply, next);
    const repeatable = request.caller?.repeatable;
    if (!repeatable) return from(answer());
    const status = Number(Reflect.getMetadata(HTTP_CODE_METADATA, execution.getHandler()) ?? OK);
    return from(this.repeats.answer({ request, reply, status, ...repeatable }, answer));
  }

  private async answer(request: FastifyRequest, reply: FastifyReply, next: CallHandler): Promise<unknown> {
    await this.reach(request.headers['muster-min-position']);
    const { result, scope } = await inRequestScope(() => lastValueFrom(next.handle()));
    void reply.headers({ 'x-request-id': request.id, 'cache-control': 'no-store' });
    if (scope.position > 0) void reply.header('muster-position', String(scope.position));
    if (scope.ignoredFields.length > 0)
      void reply.header('muster-ignored-fields', scope.ignoredFields.join(', '));
    if (typeof result !== 'object' || result === null || Array.isArray(result)) return result;
    return reply.getHeader('content-type') ? result : { ...result, request_id: request.id, status_code: OK };
  }

  private async reach(demanded: string | string[] | undefined): Promise<void> {
    if (demanded === undefined) return;
    const position = Number(demanded);
    if (!Number.isSafeInteger(position) || position < 0)
      throw new DomainError('bad_request', { pointer: 'Muster-Min-Position' });
    const waiting = AbortSignal.timeout(WAIT_MILLISECONDS);
    while ((await this.log.head()) < position) {
      if (waiting.aborted) throw new DomainError('position_not_reached');
      await this.log.changed(await this.log.head(), waiting);
    }
  }
}
