/** Names from our own tables, and numbers. Never an address, a name, a token, a secret. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

export type SpanStart = {
  /** What is done, in words of our own tables: `POST /v1/b2b/sessions/authenticate`, `organization.entry`. */
  readonly name: string;
  readonly kind: 'server' | 'client' | 'consumer' | 'internal';
  /** The traceparent of what this is part of; undefined begins a trace. */
  readonly parent: string | undefined;
  readonly attributes: SpanAttributes;
  /** Milliseconds since the epoch; now where not given. */
  readonly startedAt?: number;
};

/** How a span ended. `failure` is the class of what went wrong, never its text: that may quote somebody. */
export type SpanEnd = { readonly failure?: string; readonly attributes?: SpanAttributes };

export type Span = {
  /** What is part of this span names it by this. */
  readonly traceparent: string;
  end(how?: SpanEnd): void;
};

/** Keeps a record of what was done as part of what. */
export interface Tracing {
  start(span: SpanStart): Span;
  /** Sends what is still to be sent. */
  close(): Promise<void>;
}

/**
 * A process has one tracing, as it has one standard error; or none, and then nothing is made, measured or loaded. What
 * is part of what is never guessed from the surroundings: each message and each event names it (E10).
 */
let tracing: Tracing | undefined;

/** Called once when a process starts; undefined turns tracing off. */
export const traceWith = (chosen: Tracing | undefined): void => {
  tracing = chosen;
};

/** A span, where there is tracing. */
export const startSpan = (start: () => SpanStart): Span | undefined => tracing?.start(start());

/**
 * Does work as a span. The work is told what its own parts have to name: the span, or without tracing what the span would
 * have named.
 */
export const traced = async <T>(
  parent: string | undefined,
  start: () => Omit<SpanStart, 'parent'>,
  work: (traceparent: string | undefined) => Promise<T>,
): Promise<T> => {
  if (!tracing) return work(parent);
  const span = tracing.start({ ...start(), parent });
  try {
    const result = await work(span.traceparent);
    span.end();
    return result;
  } catch (error) {
    span.end({ failure: failureOf(error) });
    throw error;
  }
};

/** What may be told of an error: its code where it is one of ours, else its class. */
export const failureOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'unknown';
  const { code } = error as { readonly code?: unknown };
  return error.name === 'DomainError' && typeof code === 'string' ? code : error.name;
};
