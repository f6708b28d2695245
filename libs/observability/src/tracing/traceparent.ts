/** W3C Trace Context, version 00: trace id, span id, flags. */
const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

export type TraceparentParts = {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceFlags: number;
};

/** The value, where it is one; anything else is dropped, whoever sent it. */
export const traceparentIn = (value: unknown): string | undefined =>
  typeof value === 'string' && TRACEPARENT.test(value) ? value : undefined;

/** What a traceparent says; the value must be one. */
export const partsOfTraceparent = (traceparent: string): TraceparentParts => {
  const [, traceId, spanId, flags] = traceparent.split('-') as [string, string, string, string];
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) };
};

export const traceparentOf = ({ traceId, spanId, traceFlags }: TraceparentParts): string =>
  `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
