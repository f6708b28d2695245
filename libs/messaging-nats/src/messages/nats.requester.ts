import { randomUUID } from 'node:crypto';
import {
  type RequestContext,
  type RequestDefinition,
  type Requester,
  requestSubjectOf,
} from '@muster/contracts';
import { UnavailableError } from '@muster/kernel';
import { fromRemoteError, reachedPosition, type ReplyEnvelope, type RequestEnvelope } from '@muster/nest-kit';
import type { Msg, NatsConnection } from '@nats-io/transport-node';
import type { NatsLink } from '../nats-link.ts';

export type NatsRequesterOptions = {
  readonly link: NatsLink;
  readonly projectId: string;
  /** How long an answer may take, by the question's subject. */
  readonly deadlineMilliseconds?: (subject: string) => number;
};

const DEFAULT_DEADLINE_MILLISECONDS = 10_000;

/** As Nest's NATS transport words a question and an answer. */
type Question = { readonly id: string; readonly pattern: string; readonly data: RequestEnvelope };
type Answer = { readonly response?: ReplyEnvelope };

/**
 * Asks services in other processes over NATS. No answer is an `UnavailableError` by the deadline at the latest, and at
 * once where there is no connection or nobody listens. Whether the question was answered is then unknown; every one may
 * be asked again, because what it does is idempotent by its command id (E5).
 */
export class NatsRequester implements Requester {
  constructor(private readonly options: NatsRequesterOptions) {}

  async ask<Payload, Reply>(
    { subject }: RequestDefinition<Payload, Reply>,
    payload: Payload,
    context: RequestContext,
  ): Promise<Reply> {
    const { link, projectId, deadlineMilliseconds } = this.options;
    const service = subject.slice(0, subject.indexOf('.'));
    const question: Question = { id: randomUUID(), pattern: subject, data: { payload, context } };
    const { connection } = link;
    if (!connection) throw new UnavailableError(service, { cause: new Error(`NATS: ${link.problem}`) });
    const timeout = deadlineMilliseconds?.(subject) ?? DEFAULT_DEADLINE_MILLISECONDS;
    const to = requestSubjectOf(projectId, subject);
    const answer = await asked(connection, to, question, timeout).catch((cause: unknown) => {
      throw new UnavailableError(service, { cause });
    });
    reachedPosition(answer.position);
    if (!answer.ok) throw fromRemoteError(answer.error);
    return answer.reply as Reply;
  }
}

const asked = async (
  connection: NatsConnection,
  subject: string,
  question: Question,
  timeout: number,
): Promise<ReplyEnvelope> => {
  const message: Msg = await connection.request(subject, JSON.stringify(question), { timeout });
  const { response } = message.json<Answer>();
  if (!response) throw new Error(`${subject} was not answered as services answer`);
  return response;
};
