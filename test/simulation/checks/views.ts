import { InProcessViewBuilder } from '@muster/eventsourcing';
import type { World } from '../world/world.ts';

/** R50, E22, E24: no view stands still, and each equals what is built anew from the first event. */
export const checkViews = async (world: World): Promise<void> => {
  const builder = new InProcessViewBuilder(world.views);
  const { signal } = new AbortController();
  const head = await world.log.head();
  for (const view of world.views.all()) {
    const { name, version } = view.projection;
    const { slot } = await view.livePointer();
    const follower = view.follower(slot);
    const { state, parked, error } = await follower.state();
    if (state !== 'running' || parked.length > 0)
      world.violate('no view stands still', `${name} ${state} ${error} ${JSON.stringify(parked)}`);
    await follower.waitFor(head, 60_000);
    await follower.flush();
    await world.store.drop({ name, version, slot: 'scratch' });
    const { difference } = await builder.compare(
      { name, version, slot },
      { name, version, slot: 'scratch' },
      { signal },
    );
    if (difference) world.violate('every view equals its rebuild', `${name}: ${JSON.stringify(difference)}`);
  }
};
