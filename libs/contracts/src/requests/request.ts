/** A question one service may ask another: its NATS subject, what is sent, what is answered. Plain JSON both ways. */
export type RequestDefinition<Payload, Reply> = {
  readonly subject: string;
  readonly __payload?: Payload;
  readonly __reply?: Reply;
};

export type PayloadOf<D> = D extends RequestDefinition<infer P, unknown> ? P : never;
export type ReplyOf<D> =
  D extends RequestDefinition<never, infer R> ? R : D extends { __reply?: infer R } ? R : never;

export const request = <Payload, Reply>(subject: string): RequestDefinition<Payload, Reply> => ({ subject });

/** Travels with every question (E10). */
export type RequestContext = {
  readonly projectId: string;
  /** `project:<id>`, `member:<id>`, `system:<part>`. */
  readonly actor: string;
  readonly requestId: string;
  readonly correlationId: string;
  readonly causationId: string;
  readonly traceparent?: string;
};

/**
 * Asks another service and waits for its answer: over NATS, or in process. A `DomainError` there is a `DomainError` here;
 * no answer is an `UnavailableError`.
 */
export interface Requester {
  ask<Payload, Reply>(
    definition: RequestDefinition<Payload, Reply>,
    payload: Payload,
    context: RequestContext,
  ): Promise<Reply>;
}
