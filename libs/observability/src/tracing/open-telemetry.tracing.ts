import type { Context, SpanContext, SpanKind } from '@opentelemetry/api';
import { partsOfTraceparent, traceparentOf } from './traceparent.ts';
import type { Span, SpanStart, Tracing } from './tracing.ts';

export type OpenTelemetryOptions = {
  /** `service.name`, by which tools tell processes apart. */
  readonly serviceName: string;
  /** `OTEL_EXPORTER_OTLP_ENDPOINT`: OTLP over HTTP; `/v1/traces` is put behind it. */
  readonly endpoint: string;
};

const CLOSE_MILLISECONDS = 2_000;

/**
 * Spans to a collector, by the OpenTelemetry SDK. It is loaded here, when it is asked for, and nowhere else. Sampling,
 * limits, batches and headers are the SDK's own variables (`OTEL_TRACES_SAMPLER`, `OTEL_BSP_SCHEDULE_DELAY`,
 * `OTEL_EXPORTER_OTLP_HEADERS` …). A collector that is slow or away costs a bounded queue, and nobody waits for it.
 */
export const openTelemetryTracing = async ({
  serviceName,
  endpoint,
}: OpenTelemetryOptions): Promise<Tracing> => {
  const [api, { BatchSpanProcessor, NodeTracerProvider }, { OTLPTraceExporter }, { resourceFromAttributes }] =
    await Promise.all([
      import('@opentelemetry/api'),
      import('@opentelemetry/sdk-trace-node'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/resources'),
    ]);
  const url = `${endpoint.replace(/\/+$/, '')}/v1/traces`;
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': serviceName }),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url }))],
  });
  const tracer = provider.getTracer('muster');
  const kinds: Readonly<Record<SpanStart['kind'], SpanKind>> = {
    server: api.SpanKind.SERVER,
    client: api.SpanKind.CLIENT,
    consumer: api.SpanKind.CONSUMER,
    internal: api.SpanKind.INTERNAL,
  };
  // What a span is part of is named by whoever starts it, so that no context has to be kept beside ours.
  const contextOf = (parent: string | undefined): Context =>
    parent === undefined
      ? api.ROOT_CONTEXT
      : api.trace.setSpanContext(api.ROOT_CONTEXT, remote(partsOfTraceparent(parent)));
  const start = ({ name, kind, parent, attributes, startedAt }: SpanStart): Span => {
    const timed = startedAt === undefined ? {} : { startTime: startedAt };
    const span = tracer.startSpan(name, { kind: kinds[kind], attributes, ...timed }, contextOf(parent));
    return {
      traceparent: traceparentOf(span.spanContext()),
      end: ({ failure, attributes: more } = {}) => {
        if (more) span.setAttributes(more);
        if (failure !== undefined) {
          span.setAttribute('error.type', failure);
          span.setStatus({ code: api.SpanStatusCode.ERROR });
        }
        span.end();
      },
    };
  };
  return { start, close: () => withinTime(provider.shutdown()) };
};

const remote = (parts: ReturnType<typeof partsOfTraceparent>): SpanContext => ({ ...parts, isRemote: true });

/** A collector that does not answer must not hold up the end of a process. */
const withinTime = async (work: Promise<void>): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<void>((resolve) => (timer = setTimeout(resolve, CLOSE_MILLISECONDS)));
  await Promise.race([work.catch(() => undefined), timeUp]);
  clearTimeout(timer);
};
