import { Follower } from '../people/follower.ts';
import { PERSONAL } from '../people/town.ts';
import type { World } from '../world/world.ts';

/** E30, E32, E34: who followed the feed all the time was told the same, once and in order, as who reads it now. */
export const checkFeed = async (world: World, follower: Follower): Promise<void> => {
  await follower.catchUp();
  const newcomer = new Follower(world);
  await newcomer.catchUp();
  const [followed, now] = [follower.events, newcomer.events].map((events) =>
    events.map((event) => JSON.stringify(event)),
  );
  const differs = now!.findIndex((event, index) => event !== followed![index]);
  if (differs >= 0)
    world.violate('the feed tells all, once and in order', `${followed![differs]} is now ${now![differs]}`);
  if (followed!.length !== now!.length)
    world.violate('the feed tells all, once and in order', `${followed!.length} events, now ${now!.length}`);
  for (const event of now!) if (event.includes(PERSONAL)) world.violate('personal data is sealed', event);
};
