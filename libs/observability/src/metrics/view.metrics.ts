import type { AnyView, EventLog } from '@muster/eventsourcing';
import type { Clock } from '@muster/kernel';
import { Gauge, type Registry } from 'prom-client';
import type { Collector } from './collector.ts';

/** A view, and whose it is. */
export type OwnedView = { readonly service: string; readonly view: AnyView };

export type ViewSource = {
  readonly views: () => readonly OwnedView[];
  readonly log: Pick<EventLog, 'readAll'>;
  readonly clock: Clock;
};

type ViewFigures = {
  readonly labels: { readonly service: string; readonly view: string };
  readonly lag: number | undefined;
  readonly lagSeconds: number | undefined;
  readonly parked: number;
  readonly running: number;
};

const MILLISECONDS_PER_SECOND = 1_000;

/** How far views are behind: looked at when somebody asks, and costs nothing until then. */
export const viewMetrics = (registry: Registry, sourceNow: () => ViewSource | undefined): Collector => {
  const gauge = (name: string, help: string) =>
    new Gauge({ name, help, labelNames: ['service', 'view'], registers: [registry] });
  const positions = gauge(
    'muster_view_lag_positions',
    'Events between a view and the head of the log; missing while the log does not answer.',
  );
  const seconds = gauge(
    'muster_view_lag_seconds',
    'The age of the oldest event that a view has not taken; 0 where it has taken all.',
  );
  const parked = gauge(
    'muster_view_parked_streams',
    'Streams that wait for a person, because a view cannot take one of their events.',
  );
  const running = gauge('muster_view_running', '1 while a view is kept up; 0: halted or stopped.');
  return async () => {
    const source = sourceNow();
    const all = await Promise.all((source?.views() ?? []).map((one) => figuresOf(source!, one)));
    for (const one of [positions, seconds, parked, running]) one.reset();
    for (const view of all.filter((one) => one !== undefined)) {
      if (view.lag !== undefined) positions.set(view.labels, view.lag);
      if (view.lagSeconds !== undefined) seconds.set(view.labels, view.lagSeconds);
      parked.set(view.labels, view.parked);
      running.set(view.labels, view.running);
    }
  };
};

/** Undefined while the store does not answer. */
const figuresOf = async (
  source: ViewSource,
  { service, view }: OwnedView,
): Promise<ViewFigures | undefined> => {
  try {
    const { slot } = await view.livePointer();
    const { parked, state, lag, position } = await view.follower(slot).state();
    return {
      labels: { service, view: view.projection.name },
      lag,
      lagSeconds: lag === undefined ? undefined : await ageBehind(source, position, lag),
      parked: parked.length,
      running: state === 'running' ? 1 : 0,
    };
  } catch {
    return undefined;
  }
};

const ageBehind = async ({ log, clock }: ViewSource, position: number, lag: number): Promise<number> => {
  const [next] = lag === 0 ? [] : await log.readAll(position, 1);
  if (!next) return 0;
  return Math.max(0, Date.parse(clock()) - Date.parse(next.recordedAt)) / MILLISECONDS_PER_SECOND;
};
