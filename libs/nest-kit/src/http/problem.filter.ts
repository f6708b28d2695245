import { UnavailableError } from '@muster/kernel';
import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { AnsweredBefore } from '../idempotency/repeats.ts';
import type { KeptAnswer } from '../idempotency/sealed-answer.ts';
import type { CalledRequest } from './caller.ts';
import type { ObservedRequest } from './observed-requests.ts';
import { type Problem, problemOf, type Problems } from './problems.ts';

/** Answers for whatever was thrown. Nothing of an unexpected error is shown; it is logged. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly problems: Problems,
    private readonly logger: Pick<Logger, 'info' | 'warn' | 'error'>,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<ObservedRequest & CalledRequest>();
    const reply = http.getResponse<FastifyReply>();
    if (error instanceof AnsweredBefore) return sendAgain(error.answer, request, reply);
    const { trial } = request;
    if (!trial) return this.send(error, request, reply);
    const send = () => this.send(error, request, reply);
    // Kept before it is told, so that a repeat of what was told finds it.
    void trial.failed(error).then(send, send);
  }

  private send(error: unknown, request: ObservedRequest, reply: FastifyReply): void {
    const problem = problemOf(error);
    const { status, headers, body } = this.problems.answer(problem, request);
    request.errorType = problem.type;
    this.tell(error, problem, {
      request_id: request.id,
      method: request.method,
      route: request.routeOptions.url,
      status,
    });
    void reply.status(status).headers(headers).send(body);
  }

  /** One line for each. What was sent, and what an error says, may be anybody's data: neither is told. */
  private tell(error: unknown, { type }: Problem, answered: object): void {
    const facts = { error_type: type, ...answered };
    if (type === 'internal_server_error') return this.logger.error({ ...facts, err: error }, 'failed');
    if (!(error instanceof UnavailableError)) return this.logger.info(facts, 'refused');
    this.logger.warn({ ...facts, dependency: error.dependency }, 'a dependency did not answer');
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
