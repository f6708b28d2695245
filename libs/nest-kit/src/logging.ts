import { partsOfTraceparent } from '@muster/observability';
import type { LoggerService } from '@nestjs/common';
import { type DestinationStream, type Logger, pino } from 'pino';
import { currentOrigin } from './request-scope.ts';

/** Of which request a line is, wherever it is written: callers quote the request id, tools follow the trace. */
const originFields = (): object => {
  const origin = currentOrigin();
  if (!origin) return {};
  const { requestId, correlationId, traceparent } = origin;
  const trace = traceparent === undefined ? {} : { trace_id: partsOfTraceparent(traceparent).traceId };
  return { request_id: requestId, correlation_id: correlationId, ...trace };
};

const FRAME = /^ {4}at /;

/**
 * What went wrong and where, without the error's own words: a mail server quotes the recipient, a parser the body, a
 * database the row.
 */
const withoutWords = (error: unknown): object => {
  if (!(error instanceof Error)) return { type: 'unknown' };
  const { code, errcode, syscall, cause } = error as Error & Readonly<Record<string, unknown>>;
  const known = { code, errcode, syscall };
  return {
    type: error.name,
    ...Object.fromEntries(Object.entries(known).filter(([, value]) => isCode(value))),
    stack: (error.stack ?? '').split('\n').filter((line) => FRAME.test(line)),
    ...(cause === undefined ? {} : { cause: withoutWords(cause) }),
  };
};

/** Codes are of a few capital letters or a number; anything else may be somebody's words. */
const isCode = (value: unknown): boolean =>
  typeof value === 'number' || (typeof value === 'string' && /^[\w.]{1,64}$/.test(value));

/** Structured lines on standard error. Ids and names of operations only: never bodies, tokens, addresses. */
export const createLogger = (level: string, destination: DestinationStream = pino.destination(2)): Logger =>
  pino(
    { level, base: undefined, mixin: originFields, serializers: { err: withoutWords, error: withoutWords } },
    destination,
  );

const contextOf = (parameters: readonly unknown[]): string | undefined =>
  typeof parameters.at(-1) === 'string' ? (parameters.at(-1) as string) : undefined;

/** Nest's own lines, in the same form; its start-up chatter is debug. */
export const nestLogger = (logger: Logger): LoggerService => {
  const at =
    (level: 'error' | 'warn' | 'debug') =>
    (message: unknown, ...parameters: unknown[]): void => {
      const context = contextOf(parameters);
      if (message instanceof Error)
        logger[level]({ err: message, context, during: parameters[0] }, message.name);
      else logger[level]({ context }, String(message));
    };
  return { log: at('debug'), error: at('error'), warn: at('warn'), debug: at('debug'), verbose: at('debug') };
};
