import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { WireClient } from '@muster/testkit';
import { DoomedFollower, type FollowOptions } from '../feed/doomed-follower.ts';
import { membersOf, organizationIds } from '../feed/membership.ts';
import { Random } from '../history/random.ts';

const CAUGHT_UP_MILLISECONDS = 120_000;

export type SubscriberFigures = {
  readonly kills: number;
  readonly organizations: number;
  readonly members: number;
};

/**
 * Keeps a copy of the membership from the bus, in a process of its own that is killed now and then, while messages are
 * doubled, delayed, reordered and lost on the way (E30, E31).
 */
export class Subscriber {
  private readonly follower: DoomedFollower;

  constructor(scratch: string, options: Pick<FollowOptions, 'muster' | 'nats'>) {
    this.follower = new DoomedFollower({
      ...options,
      file: join(scratch, 'copy.db'),
      random: new Random(1),
      eventsPerLife: Number.MAX_SAFE_INTEGER,
      eventsPerPage: 1_000,
    });
    this.follower.start();
  }

  async killAndStart(): Promise<void> {
    await this.follower.kill();
    this.follower.start();
  }

  /** What its copy says otherwise than the organization service, once it has caught up. */
  async compare(
    wire: WireClient,
  ): Promise<{ readonly figures: SubscriberFigures; readonly wrong: readonly string[] }> {
    const { head } = (await wire.get('/v1/events?limit=1')).body;
    await this.follower.reach(head, CAUGHT_UP_MILLISECONDS);
    const ids = await organizationIds(wire);
    const wrong: string[] = [];
    let members = 0;
    for (const id of ids) {
      const theirs = await membersOf(wire, id);
      members += theirs.size;
      if (!isDeepStrictEqual(theirs, this.follower.members(id, new Date().toISOString())))
        wrong.push(`the subscriber's copy of ${id} is not what the organization service says`);
    }
    return { figures: { kills: this.follower.kills, organizations: ids.length, members }, wrong };
  }

  stop(): Promise<void> {
    return this.follower.stop();
  }
}
