import {
  type AnyView,
  type LivePointer,
  otherSlot,
  type ShadowReport,
  type SlotJob,
} from '@muster/eventsourcing';

const states = { running: 'building', failed: 'failed', cancelled: 'cancelled' } as const;

/** The copy beside the live one: under construction, or kept up; null where there is none. */
export const shadowReport = async (
  view: AnyView,
  { slot: live, previous }: LivePointer,
  building: SlotJob | undefined,
): Promise<ShadowReport | null> => {
  const { name, version } = view.projection;
  const slot = otherSlot(live);
  const job = building?.slot.slot === slot ? building : undefined;
  if (job && job.state !== 'done') {
    const { startedAt, position, head, eventsPerSecond, etaSeconds, error } = job;
    const figures = { startedAt, position, head, eventsPerSecond, etaSeconds, error };
    return { slot, state: states[job.state], parked: [], ...figures };
  }
  if (!(await view.dependencies.store.checkpoint({ name, version, slot }))) return null;
  const { position, head, eventsPerSecond, parked, error } = await view.follower(slot).state();
  return {
    slot,
    state: previous ? 'previous' : 'following',
    position,
    head: head ?? null,
    eventsPerSecond,
    etaSeconds: null,
    startedAt: job?.startedAt ?? null,
    parked,
    error: error ?? null,
  };
};
