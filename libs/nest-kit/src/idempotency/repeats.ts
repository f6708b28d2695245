import { randomUUID } from 'node:crypto';
import { type Route, wireErrors } from '@muster/contracts';
import {
  canonicalJson,
  DomainError,
  type Json,
  plusDays,
  plusSeconds,
  UnavailableError,
} from '@muster/kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { RepeatableBy } from '../http/caller.ts';
import { type Problem, problemOf, type Problems } from '../http/problems.ts';
import type { RepeatKeys } from '../keyring.ts';
import type { Platform } from '../platform.ts';
import type { Attempt, Begun } from './answer-store.ts';
import { type KeptAnswer, openAnswer, sealAnswer } from './sealed-answer.ts';

const KEPT_DAYS = 1;
/** Longer than any call takes. Where one does take longer, a repeat runs beside it and converges (E5). */
const LEASE_SECONDS = 10;

/** What else of an answer a repeat must tell. The request id in the header is the repeat's own. */
const HEADERS = ['content-type', 'muster-position', 'muster-ignored-fields'] as const;

/** Thrown past the handler: this request was answered before, so that answer is sent again. */
export class AnsweredBefore extends Error {
  constructor(readonly answer: KeptAnswer) {
    super('the request was answered before');
    this.name = 'AnsweredBefore';
  }
}

type RepeatableRequest = {
  readonly request: FastifyRequest;
  readonly route: Route;
  readonly by: RepeatableBy;
};

/** A request that is being handled for the first time, as far as is known: how it ended is to be told here. */
export type Trial = {
  /** With the body as it is about to be sent, and the reply that has its headers. */
  succeeded(result: unknown, status: number, reply: FastifyReply): Promise<void>;
  failed(error: unknown): Promise<void>;
};

type Tried = { readonly attempt: Attempt; readonly keys: RepeatKeys };

/**
 * Requests with an `Idempotency-Key`: the same request gets the same answer for 24 hours, another one with that key gets
 * 422, and one that comes while the first is being handled gets 409. The store is a cache: without it a repeat runs as
 * the same command and comes to the same facts (E5).
 */
export class Repeats {
  constructor(
    private readonly platform: Pick<Platform, 'answers' | 'keyring' | 'clock' | 'logger'>,
    private readonly problems: Problems,
  ) {}

  /**
   * Undefined where nothing is known of the key, since the store does not answer.
   * @throws AnsweredBefore, DomainError idempotency_key_reused, idempotency_key_in_flight
   */
  async begin(asked: RepeatableRequest): Promise<Trial | undefined> {
    const tried = this.tried(asked);
    if (!(await this.begun(tried))) return undefined;
    return {
      succeeded: (result, status, reply) => this.succeeded(tried, asked.route, { result, status, reply }),
      failed: (error) => this.failed(tried, asked, error),
    };
  }

  private tried({ request, route, by }: RepeatableRequest): Tried {
    const keys = this.platform.keyring.repeatKeys(by.scope, by.key);
    const at = this.platform.clock();
    const attempt: Attempt = {
      name: keys.name,
      request: keys.hash(requestText(request, route)),
      owner: randomUUID(),
      at,
      leaseUntil: plusSeconds(at, LEASE_SECONDS),
      keptUntil: plusDays(at, KEPT_DAYS),
    };
    return { attempt, keys };
  }

  /** False where nothing is known of the key, since the store does not answer. */
  private async begun({ attempt, keys }: Tried): Promise<boolean> {
    const begun = await this.quietly('begin', () => this.platform.answers.begin(attempt));
    if (begun?.outcome === 'other-request') throw new DomainError('idempotency_key_reused');
    if (begun?.outcome === 'in-flight') throw new DomainError('idempotency_key_in_flight');
    if (begun?.outcome === 'answered') this.sendAgain(begun, attempt, keys);
    return begun?.outcome === 'begun';
  }

  /** What does not open was altered: then the request runs again. */
  private sendAgain({ answer }: Extract<Begun, { outcome: 'answered' }>, attempt: Attempt, keys: RepeatKeys) {
    const kept = openAnswer(keys.sealingKey, answer, boundTo(attempt));
    if (kept) throw new AnsweredBefore(kept);
    this.platform.logger.warn('a kept answer does not open; the request runs again');
  }

  private async succeeded(
    tried: Tried,
    route: Route,
    {
      result,
      status,
      reply,
    }: { readonly result: unknown; readonly status: number; readonly reply: FastifyReply },
  ) {
    const plain = typeof result === 'object' && result !== null;
    if (!plain || route.repeat === 'asked-anew') return this.end('release', tried);
    const type = { 'content-type': 'application/json; charset=utf-8' };
    const headers = { ...type, ...told(reply) };
    await this.keep(tried, { status, headers, body: JSON.stringify(result) });
  }

  private async failed(tried: Tried, { request, route }: RepeatableRequest, error: unknown) {
    const problem = problemOf(error);
    // The log knows the key, with another request than this one, which therefore says nothing about it.
    if (problem.type === 'idempotency_key_reused') return this.end('forget', tried);
    if (!isKept(problem) || route.repeat === 'asked-anew') return this.end('release', tried);
    const { status, headers, body } = this.problems.answer(problem, request);
    await this.keep(tried, { status, headers: onlyTold(headers), body: JSON.stringify(body) });
  }

  private async keep({ attempt, keys }: Tried, answer: KeptAnswer): Promise<void> {
    const sealed = sealAnswer(keys.sealingKey, answer, boundTo(attempt));
    await this.quietly('keep', () => this.platform.answers.keep(attempt, sealed));
  }

  private async end(how: 'release' | 'forget', { attempt }: Tried): Promise<void> {
    await this.quietly(how, () => this.platform.answers[how](attempt));
  }

  /** A cache that does not answer costs no request (I19): the log alone makes a repeat harmless. */
  private async quietly<T>(operation: string, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error;
      this.platform.logger.warn({ operation }, 'the answer store did not answer');
      return undefined;
    }
  }
}

const boundTo = ({ name, request }: Attempt): string => `${name}\0${request}`;

/** By the router's pattern and its decoded parameters, so that two spellings of a path are one request. */
const requestText = (request: FastifyRequest, { method, path }: Route): string => {
  const { params, query, body } = request as FastifyRequest & Record<'params' | 'query' | 'body', Json>;
  try {
    return canonicalJson({ method, path, params, query, body: body ?? null });
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    const errors = [{ pointer: '', message: 'must not be nested that deeply' }];
    throw new DomainError('bad_request', { errors }, { cause });
  }
};

/** Refusals by the caller's rights or by the moment may be other ones next time; ours are nobody's fault. */
const ANOTHER_TIME: ReadonlySet<string> = new Set([
  'unauthorized_credentials',
  'session_authorization_error',
  'session_authorization_tenancy_error',
]);

const isKept = ({ type }: Problem): boolean => {
  const [status] = wireErrors[type];
  return status >= 400 && status < 500 && status !== 409 && status !== 429 && !ANOTHER_TIME.has(type);
};

const onlyTold = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(HEADERS.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])));

const told = (reply: FastifyReply): Record<string, string> =>
  Object.fromEntries(
    HEADERS.flatMap((name) => {
      const value = reply.getHeader(name);
      return value === undefined ? [] : [[name, String(value)]];
    }),
  );
