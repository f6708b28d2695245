import type { LoggerService } from '@nestjs/common';
import { type Logger, pino, type DestinationStream } from 'pino';

/** Structured lines on standard error. Ids and names of operations only: never bodies, tokens, addresses. */
export const createLogger = (level: string, destination: DestinationStream = pino.destination(2)): Logger =>
  pino({ level, base: undefined, redact: ['err.details', 'error.details'] }, destination);

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
