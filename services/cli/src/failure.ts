import type { ExitCode } from './exit-codes.ts';

/** An end that was foreseen: what is wrong, in one sentence, and what to do next. */
export class Failure extends Error {
  constructor(
    readonly exitCode: ExitCode,
    /** One word for machines: a wire `error_type`, or the command line's own. */
    readonly type: string,
    message: string,
    readonly next?: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'Failure';
  }
}
