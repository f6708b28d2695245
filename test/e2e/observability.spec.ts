import { type CollectedSpan, TraceCollector } from '@muster/observability/testing';
import { until } from '@muster/testkit';
import { Backend } from './backend.ts';
import { type Canaries, heardIn, sing, traceId } from './canaries.ts';

describe('what operators see of a server', () => {
  let backend: Backend;
  let collector: TraceCollector;
  let canaries: Canaries;
  let log = '';
  let metrics: string;
  beforeAll(async () => {
    collector = await TraceCollector.start();
    backend = await Backend.start({
      env: {
        MUSTER_LOG_LEVEL: 'debug',
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
        OTEL_BSP_SCHEDULE_DELAY: '100',
      },
      onLog: (text) => (log += text),
    });
    canaries = await sing(backend);
    metrics = (await Promise.all(processUrls().map(metricsOf))).join('\n');
    await backend.muster.kill('SIGTERM');
  }, 300_000);
  afterAll(async () => {
    await backend?.stop();
    await collector?.stop();
  });

  /** Each process tells its own. */
  const processUrls = () => {
    const services = backend.muster.processes.filter(({ name }) => name !== 'nats').map(({ url }) => url!);
    return services.length === 0 ? [backend.muster.url] : services;
  };
  const metricsOf = async (url: string) => (await fetch(`${url}/metrics`)).text();
  const sumOf = (series: RegExp) =>
    metrics
      .split('\n')
      .filter((line) => series.test(line))
      .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);

  it('finds the canaries where they are: a check that hears nothing proves nothing', () => {
    expect(heardIn(`{"to":"tweety@canary-garden.example","code":"${canaries.codes[0]}"}`, canaries)).toEqual([
      'canary-garden.example',
      canaries.codes[0],
    ]);
  });

  it('I20: no line of the log holds an address, a name, a token, a code or a secret, at its most talkative', () => {
    expect(log.split('\n').length).toBeGreaterThan(20);
    expect(heardIn(log, canaries)).toEqual([]);
  });

  it('every line that is refused names route, request and trace', () => {
    const lines = log
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const refusals = lines.filter(({ msg }) => msg === 'refused');
    expect(refusals.length).toBeGreaterThanOrEqual(3);
    for (const line of refusals)
      expect(line).toMatchObject({
        service: expect.any(String),
        project: backend.muster.projectId,
        error_type: expect.any(String),
        request_id: expect.stringMatching(/^request-id-test-/),
      });
    expect(refusals.map(({ route }) => route)).toContain('/v1/b2b/sessions/authenticate');
  });

  it('I20: metrics hold none of it either, and no ids', () => {
    expect(heardIn(metrics, canaries)).toEqual([]);
    expect(metrics).not.toMatch(/(organization|member|session|request-id)-test-[0-9a-f]/);
  });

  it('counts logins, proofs, mails, sessions that were checked, and what views lack', () => {
    expect(sumOf(/^muster_logins_total\{outcome="started"\}/)).toBe(4);
    expect(sumOf(/^muster_logins_total\{outcome="completed"\}/)).toBe(2);
    expect(sumOf(/^muster_logins_total\{outcome="discovered"\}/)).toBe(1);
    expect(sumOf(/^muster_logins_total\{outcome="refused"\}/)).toBe(1);
    expect(sumOf(/^muster_proofs_total\{kind="email_code",outcome="redeemed"\}/)).toBe(2);
    expect(sumOf(/^muster_proofs_total\{kind="email_code",outcome="refused"\}/)).toBe(1);
    expect(sumOf(/^muster_session_checks_total\{outcome="valid"\}/)).toBe(1);
    expect(sumOf(/^muster_session_checks_total\{outcome="session_not_found"\}/)).toBe(1);
    expect(sumOf(/^muster_mails_total\{outcome="sent"\}/)).toBeGreaterThanOrEqual(3);
    expect(sumOf(/^muster_view_running\{/)).toBe(8);
    expect(sumOf(/^muster_view_parked_streams\{/)).toBe(0);
    expect(sumOf(/^muster_event_log_append_duration_seconds_count\{outcome="appended"\}/)).toBeGreaterThan(
      10,
    );
    expect(sumOf(/^muster_service_request_duration_seconds_count\{.*outcome="answered"\}/)).toBeGreaterThan(
      5,
    );
    expect(metrics).toMatch(/^nodejs_eventloop_lag_p99_seconds /m);
  });

  it('follows a login from the application through every service to the mail, in one trace', async () => {
    const spans = collector.trace(traceId);
    const byId = new Map(spans.map((span) => [span.spanId, span]));
    const named = (name: string) => spans.filter((span) => span.name === name);
    const pathTo = (end: CollectedSpan) => {
      const path: string[] = [];
      for (let span = byId.get(end.spanId); span; span = byId.get(span.parentSpanId)) path.unshift(span.name);
      return path;
    };
    await until('the spans', async () => (named('mail').length > 0 ? true : undefined));
    // Every span hangs on another one, or on the caller's.
    expect(
      spans.filter(({ parentSpanId }) => parentSpanId !== 'b7ad6b7169203331' && !byId.has(parentSpanId)),
    ).toEqual([]);
    const asked = named('identity.redeem_email_code');
    const CLIENT = 3;
    const SERVER = 2;
    expect(asked).toHaveLength(2);
    const question = asked.find(({ kind }) => kind === CLIENT);
    const answer = asked.find(({ kind }) => kind === SERVER);
    expect(answer!.parentSpanId).toBe(question!.spanId);
    expect(pathTo(answer!)).toEqual([
      'POST /v1/b2b/otps/email/authenticate',
      'identity.redeem_email_code',
      'identity.redeem_email_code',
    ]);
    const redeemed = named('append').find((span) =>
      String(span.attributes['muster.event_types']).includes('emailCode.EmailCodeRedeemed'),
    );
    expect(redeemed!.parentSpanId).toBe(answer!.spanId);
    expect(pathTo(named('mail')[0]!)).toEqual(['POST /v1/b2b/otps/email/login_or_signup', 'mail']);
    const sent = named('append').find(
      (span) => span.attributes['muster.event_types'] === 'effect.EffectDone',
    );
    expect(sent!.parentSpanId).toBe(named('mail')[0]!.spanId);
    const services = new Set(spans.map(({ service }) => service));
    expect([...services].toSorted()).toEqual(
      backend.muster.processes.length === 0
        ? ['muster-all']
        : ['muster-identity', 'muster-organization', 'muster-session'],
    );
  });

  it('I20: traces hold none of it', () => {
    expect(collector.spans.length).toBeGreaterThan(50);
    expect(heardIn(collector.bodies.join('\n'), canaries)).toEqual([]);
  });
});
