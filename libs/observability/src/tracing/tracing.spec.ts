import { type RequestContext, request, type Requester } from '@muster/contracts';
import { type Commit, InMemoryEventLog, timeOrderedUuid } from '@muster/eventsourcing';
import { DomainError } from '@muster/kernel';
import { TraceCollector } from '../testing/trace-collector.ts';
import { followUpOf } from './follow-up.ts';
import { openTelemetryTracing } from './open-telemetry.tracing.ts';
import { tracedEventLog } from './traced.event-log.ts';
import { tracedRequester } from './traced.requester.ts';
import { startSpan, traced, traceWith, type Tracing } from './tracing.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const incoming = `00-${traceId}-b7ad6b7169203331-01`;
const context: RequestContext = {
  projectId: 'project-1',
  actor: 'project:project-1',
  requestId: 'request-1',
  correlationId: 'request-1',
  causationId: 'request-1',
  traceparent: incoming,
};
const question = request<{ readonly address: string }, string>('organization.entry');
const commitOf = (traceparent: string | undefined): Commit => ({
  commitId: timeOrderedUuid(),
  commandHash: 'hash',
  metadata: {
    projectId: 'project-1',
    actor: 'system:test',
    commandId: 'command',
    correlationId: 'c',
    causationId: 'c',
    ...(traceparent === undefined ? {} : { traceparent }),
    at: '2026-01-05T09:00:00.000Z',
  },
  writes: [
    {
      stream: 'door-project-1.1',
      organizationId: null,
      expect: 'any',
      events: [
        {
          eventId: timeOrderedUuid(),
          type: 'door.Opened',
          schemaVersion: 1,
          data: { by: 'ada@acme.example' },
        },
      ],
    },
  ],
  conditions: [],
  reservations: [],
});
const answering = (reply: () => Promise<unknown>): Requester & { asked: RequestContext[] } => {
  const asked: RequestContext[] = [];
  return {
    asked,
    ask: async (_, __, told) => {
      asked.push(told);
      return (await reply()) as never;
    },
  };
};

describe('without a collector', () => {
  beforeAll(() => traceWith(undefined));
  const made = (): never => {
    throw new Error('a span was made');
  };

  it('no span is made, and what the caller named is passed on', async () => {
    expect(startSpan(() => made())).toBeUndefined();
    const requester = answering(async () => 'yes');
    await tracedRequester(requester).ask(question, { address: 'ada@acme.example' }, context);
    expect(requester.asked).toEqual([context]);
    expect(
      await traced(
        incoming,
        () => made(),
        async (parent) => parent,
      ),
    ).toBe(incoming);
  });
});

describe('traces', () => {
  let collector: TraceCollector;
  let tracing: Tracing;
  beforeEach(async () => {
    collector = await TraceCollector.start();
    tracing = await openTelemetryTracing({ serviceName: 'muster-test', endpoint: `${collector.endpoint}/` });
    traceWith(tracing);
  });
  afterEach(async () => {
    traceWith(undefined);
    await collector.stop();
  });

  it('go on where the caller began: request, question, append, and what a reactor does later', async () => {
    const log = tracedEventLog(new InMemoryEventLog());
    const http = startSpan(() => ({
      name: 'POST /route',
      kind: 'server',
      parent: incoming,
      attributes: {},
    }))!;
    const requester = answering(async () => 'yes');
    await tracedRequester(requester).ask(
      question,
      { address: 'ada@acme.example' },
      { ...context, traceparent: http.traceparent },
    );
    const { position } = await log.append(commitOf(http.traceparent));
    http.end({ attributes: { 'http.response.status_code': 200 } });
    await followUpOf(log, 'mail')(position, (traceparent) => log.append(commitOf(traceparent)));
    await tracing.close();

    const spanId = (traceparent: string) => traceparent.split('-')[2];
    const named = (name: string) => collector.spans.filter((span) => span.name === name);
    expect(collector.spans.map((span) => span.traceId)).toEqual(Array(5).fill(traceId));
    expect(named('POST /route')[0]).toMatchObject({
      service: 'muster-test',
      parentSpanId: 'b7ad6b7169203331',
      spanId: spanId(http.traceparent),
      attributes: { 'http.response.status_code': 200 },
    });
    const [asked] = named('organization.entry');
    expect(asked!.parentSpanId).toBe(spanId(http.traceparent));
    // Who answers is told of the question's own span.
    expect(spanId(requester.asked[0]!.traceparent!)).toBe(asked!.spanId);
    const [reaction] = named('mail');
    expect(reaction!.parentSpanId).toBe(spanId(http.traceparent));
    expect(named('append').map((span) => span.parentSpanId)).toEqual([
      spanId(http.traceparent),
      reaction!.spanId,
    ]);
    expect(named('append')[0]!.attributes['muster.event_types']).toBe('door.Opened');
  });

  it('I20: hold neither payloads nor the words of errors: a rule is named by its code, the rest by its class', async () => {
    const refusing = tracedRequester(
      answering(async () => {
        throw new DomainError('admission_refused', { address: 'ada@acme.example' });
      }),
    );
    const failing = tracedRequester(
      answering(async () => {
        throw new TypeError('ada@acme.example is not iterable');
      }),
    );
    await expect(refusing.ask(question, { address: 'ada@acme.example' }, context)).rejects.toThrow(
      DomainError,
    );
    await expect(failing.ask(question, { address: 'ada@acme.example' }, context)).rejects.toThrow(TypeError);
    await tracedEventLog(new InMemoryEventLog()).append(commitOf(undefined));
    await tracing.close();
    expect(collector.spans.map(({ attributes, isError }) => [attributes['error.type'], isError])).toEqual([
      ['admission_refused', true],
      ['TypeError', true],
      [undefined, false],
    ]);
    expect(collector.bodies.join('')).not.toContain('acme.example');
  });

  it('follow the decision of the caller: what is not sampled there is not sent here', async () => {
    const http = startSpan(() => ({
      name: 'POST /route',
      kind: 'server',
      parent: `00-${traceId}-b7ad6b7169203331-00`,
      attributes: {},
    }))!;
    expect(http.traceparent.slice(0, 36)).toBe(`00-${traceId}-`);
    expect(http.traceparent.slice(-2)).toBe('00');
    http.end();
    await tracing.close();
    expect(collector.spans).toEqual([]);
  });

  it('hold up nobody where the collector does not take them', async () => {
    collector.status = 400;
    startSpan(() => ({ name: 'POST /route', kind: 'server', parent: undefined, attributes: {} }))!.end();
    const began = performance.now();
    await tracing.close();
    expect(performance.now() - began).toBeLessThan(5_000);
    expect(collector.spans).toEqual([]);
  });
});
