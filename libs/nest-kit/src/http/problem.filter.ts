import { UnavailableError } from '@muster/kernel';
import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AnsweredBefore } from '../idempotency/repeats.ts';
import type { KeptAnswer } from '../idempotency/sealed-answer.ts';
import type { CalledRequest } from './caller.ts';
import { problemOf, type Problems } from './problems.ts';

/** Answers for whatever was thrown. Nothing of an unexpected error is shown; it is logged. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('HTTP');

  constructor(private readonly problems: Problems) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest & CalledRequest>();
    const reply = http.getResponse<FastifyReply>();
    if (error instanceof AnsweredBefore) return sendAgain(error.answer, request, reply);
    const { trial } = request;
    if (!trial) return this.send(error, request, reply);
    const send = () => this.send(error, request, reply);
    // Kept before it is told, so that a repeat of what was told finds it.
    void trial.failed(error).then(send, send);
  }

  private send(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const problem = problemOf(error);
    if (problem.type === 'internal_server_error')
      this.logger.error(error, `${request.method} ${request.routeOptions.url ?? 'unknown route'}`);
    if (error instanceof UnavailableError) this.logger.warn(`${error.dependency} did not answer`);
    const { status, headers, body } = this.problems.answer(problem, request);
    void reply.status(status).headers(headers).send(body);
  }
}

const sendAgain = (
  { status, headers, body }: KeptAnswer,
  request: FastifyRequest,
  reply: FastifyReply,
): void => {
  const own = { 'x-request-id': request.id, 'cache-control': 'no-store', 'idempotency-replayed': 'true' };
  void reply
    .status(status)
    .headers({ ...headers, ...own })
    .send(body);
};
