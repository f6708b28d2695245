import { type Requester, request } from '@muster/contracts';
import {
  AppendOutcomeUnknown,
  type Commit,
  defineAggregate,
  type Event,
  InMemoryEventLog,
  InMemoryReadStore,
  RevisionConflict,
  timeOrderedUuid,
  View,
} from '@muster/eventsourcing';
import { doorCodec, doorView, openDoor } from '@muster/eventsourcing/testing';
import { DomainError, UnavailableError } from '@muster/kernel';
import { countedFacts } from './counted-facts.ts';
import { Metrics } from './metrics.ts';

type Opened = Event<'Opened', { readonly by: 'key' | 'force' }>;
type Closed = Event<'Closed', Record<string, never>>;
const gate = defineAggregate<never, Opened | Closed, null>({
  category: 'gate',
  retention: 'permanent',
  decider: { initialState: null, evolve: (state: null) => state, decide: () => [] },
  events: { Opened: { version: 1 }, Closed: { version: 1 } },
});
const openings = countedFacts(
  { name: 'muster_gates_opened_total', help: 'Gates that were opened.', labelNames: ['by'] },
  gate,
  { Opened: ({ by }) => ({ by }) },
);

const commitOf = (commitId: string, ...events: readonly { type: string; data: object }[]): Commit => ({
  commitId,
  commandHash: 'hash',
  metadata: {
    projectId: 'p',
    actor: 'system:test',
    commandId: commitId,
    correlationId: 'c',
    causationId: 'c',
    at: '2026-01-05T09:00:00.000Z',
  },
  writes: [
    {
      stream: 'gate-p.1',
      organizationId: null,
      expect: 'any',
      events: events.map(({ type, data }) => ({
        eventId: timeOrderedUuid(),
        type,
        schemaVersion: 1,
        data: data as Record<string, string>,
      })),
    },
  ],
  conditions: [],
  reservations: [],
});
const opened = (by: string) => ({ type: 'gate.Opened', data: { by } });

/** The value of one line, as Prometheus reads it. */
const valueOf = (text: string, series: string): number | undefined => {
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
};

describe('the event log, measured', () => {
  it('counts commits by how they ended, and their facts once: a repeat is none', async () => {
    const metrics = new Metrics({ facts: [openings] });
    const log = metrics.measuredLog(new InMemoryEventLog());
    await log.append(commitOf('1', opened('key'), opened('force'), { type: 'gate.Closed', data: {} }));
    await log.append(commitOf('2', opened('key')));
    await log.append(commitOf('1', opened('key')));
    const conflicting = commitOf('3', opened('key'));
    await expect(
      log.append({ ...conflicting, writes: [{ ...conflicting.writes[0]!, expect: 'noStream' }] }),
    ).rejects.toThrow(RevisionConflict);
    const text = await metrics.text();
    const appends = (outcome: string) =>
      valueOf(text, `muster_event_log_append_duration_seconds_count{outcome="${outcome}"}`);
    expect(['appended', 'duplicate', 'conflict', 'unknown'].map(appends)).toEqual([2, 1, 1, undefined]);
    expect(valueOf(text, 'muster_event_log_events_total')).toBe(4);
    expect(valueOf(text, 'muster_event_log_position')).toBe(4);
    expect(valueOf(text, 'muster_gates_opened_total{by="key"}')).toBe(2);
    expect(valueOf(text, 'muster_gates_opened_total{by="force"}')).toBe(1);
  });

  it('E8: tells an outcome that nobody saw from a log that is away', async () => {
    const metrics = new Metrics({ facts: [] });
    const errors = [new AppendOutcomeUnknown('1'), new UnavailableError('event log'), new Error('bug')];
    class IllLog extends InMemoryEventLog {
      override async append(): Promise<never> {
        throw errors.shift()!;
      }
      override async head(): Promise<never> {
        throw new UnavailableError('event log');
      }
    }
    const log = metrics.measuredLog(new IllLog());
    for (const kind of [AppendOutcomeUnknown, UnavailableError, Error])
      await expect(log.append(commitOf('1', opened('key')))).rejects.toThrow(kind);
    const text = await metrics.text();
    for (const outcome of ['unknown', 'unavailable', 'failed'])
      expect(valueOf(text, `muster_event_log_append_duration_seconds_count{outcome="${outcome}"}`)).toBe(1);
    expect(valueOf(text, 'muster_event_log_position')).toBeUndefined();
  });
});

describe('views', () => {
  it('tell their lag in events and seconds, what they parked, and whether they are kept up', async () => {
    const log = new InMemoryEventLog();
    for (let n = 0; n < 3; n++) await openDoor(log, `door-${n}`);
    const [first] = await log.readAll(0, 1);
    const view = new View(doorView, { log, store: new InMemoryReadStore(), codec: doorCodec() });
    const metrics = new Metrics({ facts: [] });
    const now = new Date(Date.parse(first!.recordedAt) + 90_000).toISOString();
    metrics.views = { views: () => [{ service: 'organization', view }], log, clock: () => now };
    const figures = async () => {
      const text = await metrics.text();
      return ['lag_positions', 'lag_seconds', 'parked_streams', 'running'].map((name) =>
        valueOf(text, `muster_view_${name}{service="organization",view="${doorView.name}"}`),
      );
    };
    expect(await figures()).toEqual([3, 90, 0, 0]);
    view.start();
    await view.waitFor(3, 5_000);
    expect(await figures()).toEqual([0, 0, 0, 1]);
    await view.stop();
  });
});

describe('questions between services', () => {
  it('are measured by subject and by how they ended', async () => {
    const metrics = new Metrics({ facts: [] });
    const replies = [undefined, new DomainError('no'), new UnavailableError('organization')];
    const requester: Requester = {
      ask: async () => {
        const error = replies.shift();
        if (error) throw error;
        return 'yes' as never;
      },
    };
    const ask = () =>
      metrics.requests.measured(requester).ask(
        request('organization.entry'),
        {},
        {
          projectId: 'p',
          actor: 'system:test',
          requestId: 'r',
          correlationId: 'r',
          causationId: 'r',
        },
      );
    expect(await ask()).toBe('yes');
    await expect(ask()).rejects.toThrow(DomainError);
    await expect(ask()).rejects.toThrow(UnavailableError);
    const text = await metrics.text();
    for (const outcome of ['answered', 'refused', 'unavailable'])
      expect(
        valueOf(
          text,
          `muster_service_request_duration_seconds_count{service="organization",subject="organization.entry",outcome="${outcome}"}`,
        ),
      ).toBe(1);
  });
});

describe('requests', () => {
  const answer = (status: number, errorType?: string, route = '/v1/b2b/sessions/authenticate') => ({
    service: 'session',
    method: 'POST',
    route,
    status,
    seconds: 0.002,
    errorType,
  });

  it('are counted by class of status, sessions that were checked by outcome', async () => {
    const metrics = new Metrics({ facts: [] });
    metrics.http.answered(answer(200));
    metrics.http.answered(answer(200));
    metrics.http.answered(answer(404, 'session_not_found'));
    metrics.http.answered(answer(503, 'unavailable', '/v1/b2b/otps/email/discovery/send'));
    const text = await metrics.text();
    const labels = 'service="session",method="POST",route="/v1/b2b/sessions/authenticate"';
    const name = 'muster_http_request_duration_seconds_count';
    expect(valueOf(text, `${name}{${labels},status="2xx"}`)).toBe(2);
    expect(valueOf(text, `${name}{${labels},status="4xx"}`)).toBe(1);
    expect(valueOf(text, 'muster_session_checks_total{outcome="valid"}')).toBe(2);
    expect(valueOf(text, 'muster_session_checks_total{outcome="session_not_found"}')).toBe(1);
    expect(valueOf(text, 'muster_session_checks_total{outcome="unavailable"}')).toBeUndefined();
    expect(valueOf(text, 'muster_http_errors_total{service="session",error_type="unavailable"}')).toBe(1);
  });

  it('attack: methods that nobody defined do not become labels', async () => {
    const metrics = new Metrics({ facts: [] });
    for (const method of ['PROPFIND', 'M-SEARCH', 'LINK'])
      metrics.http.answered({ ...answer(404, 'route_not_found', 'unmatched'), method });
    expect(
      valueOf(
        await metrics.text(),
        'muster_http_request_duration_seconds_count{service="session",method="other",route="unmatched",status="4xx"}',
      ),
    ).toBe(3);
  });
});

describe('the lease of a service', () => {
  it('is shown by each of its processes, and by none that has no other beside it', async () => {
    const metrics = new Metrics({ facts: [] });
    const series = 'muster_lease_held{service="identity"}';
    expect(valueOf(await metrics.text(), series)).toBeUndefined();
    const lease = { isHeld: true };
    metrics.lease = { service: 'identity', lease };
    expect(valueOf(await metrics.text(), series)).toBe(1);
    lease.isHeld = false;
    expect(valueOf(await metrics.text(), series)).toBe(0);
  });
});

describe('the relay', () => {
  it('is missing where none runs, and tells state, position and lag where one does', async () => {
    const metrics = new Metrics({ facts: [] });
    expect(valueOf(await metrics.text(), 'muster_relay_position')).toBeUndefined();
    metrics.relay = { status: () => ({ state: 'relaying', position: 41 }), lag: async () => 2 };
    const text = await metrics.text();
    expect(valueOf(text, 'muster_relay_position')).toBe(41);
    expect(valueOf(text, 'muster_relay_lag_positions')).toBe(2);
    expect(valueOf(text, 'muster_relay_state{state="relaying"}')).toBe(1);
    expect(valueOf(text, 'muster_relay_state{state="failing"}')).toBe(0);
  });
});
