import { setTimeout as sleep } from 'node:timers/promises';
import { UnavailableError } from '@muster/kernel';
import type { ReadStore, ViewName, ViewSlot } from './read-store.ts';

const PATIENCE_MILLISECONDS = 2_000;
const LOOK_AGAIN_MILLISECONDS = 20;

/**
 * Has every stored copy of a view forget what an event took from it (R54): waits until each holds that event, drops the
 * copies of other versions that nobody keeps up, and leaves no trace in the files. False where a trace may be left.
 * @param position of the event, of one of the view's own categories
 * @throws UnavailableError while a copy is not there yet: one that is being built or stands still; ask again
 */
export const purgeView = async (
  store: Pick<ReadStore, 'slots' | 'checkpoint' | 'drop' | 'purge'>,
  view: ViewName,
  position: number,
): Promise<boolean> => {
  const slots = (await store.slots()).filter(({ name }) => name === view.name);
  let clean = true;
  for (const slot of slots) {
    const isThere = await reaches(store, slot, position);
    if (!isThere && slot.version === view.version) throw new UnavailableError(`view ${view.name}`);
    if (isThere) clean = (await store.purge(slot)) && clean;
    else await store.drop(slot);
  }
  return clean;
};

const reaches = async (
  store: Pick<ReadStore, 'checkpoint'>,
  slot: ViewSlot,
  position: number,
): Promise<boolean> => {
  for (const started = performance.now(); ; await sleep(LOOK_AGAIN_MILLISECONDS)) {
    const checkpoint = await store.checkpoint(slot);
    if (checkpoint && checkpoint.position >= position) return true;
    if (performance.now() - started > PATIENCE_MILLISECONDS) return false;
  }
};
