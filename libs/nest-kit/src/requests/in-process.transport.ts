import type { RequestContext, RequestDefinition, Requester } from '@muster/contracts';
import { UnavailableError } from '@muster/kernel';
import { type CustomTransportStrategy, Server } from '@nestjs/microservices';
import { lastValueFrom } from 'rxjs';
import { reachedPosition } from '../request-scope.ts';
import { fromRemoteError, type ReplyEnvelope, type RequestEnvelope } from './envelope.ts';

/**
 * Request and reply between services of one process: the same handlers that NATS serves elsewhere. Messages are copied
 * as JSON would copy them, so that nothing works here that would not work over the wire.
 */
export class InProcessTransport implements Requester {
  private readonly servers: InProcessServer[] = [];

  /** The strategy one Nest application listens with. */
  server(): CustomTransportStrategy & Server {
    const server = new InProcessServer();
    this.servers.push(server);
    return server;
  }

  async ask<Payload, Reply>(
    { subject }: RequestDefinition<Payload, Reply>,
    payload: Payload,
    context: RequestContext,
  ): Promise<Reply> {
    const server = this.servers.find((candidate) => candidate.answers(subject));
    if (!server) throw new UnavailableError(subject.slice(0, subject.indexOf('.')));
    const envelope: RequestEnvelope = { payload, context };
    const answer = await server.handle(subject, copied(envelope));
    reachedPosition(answer.position);
    if (!answer.ok) throw fromRemoteError(answer.error);
    return copied(answer.reply) as Reply;
  }
}

const copied = <T>(message: T): T => (message === undefined ? message : JSON.parse(JSON.stringify(message)));

class InProcessServer extends Server implements CustomTransportStrategy {
  private listening = false;

  listen(started: () => void): void {
    this.listening = true;
    started();
  }

  close(): void {
    this.listening = false;
  }

  on(): never {
    throw new Error('the in-process transport has no events of its own');
  }

  unwrap<T>(): T {
    return this as unknown as T;
  }

  /** Subjects are their own patterns; Nest's look-up would try to parse each as JSON, and fail. */
  answers(subject: string): boolean {
    return this.listening && this.messageHandlers.has(subject);
  }

  async handle(subject: string, envelope: RequestEnvelope): Promise<ReplyEnvelope> {
    const handler = this.messageHandlers.get(subject)!;
    return lastValueFrom(this.transformToObservable(await handler(envelope, undefined)));
  }
}
