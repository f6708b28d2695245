import type { World } from '../world/world.ts';

type PublicEvent = { readonly id: string };
export type Followed = { readonly events: readonly PublicEvent[]; readonly next: number };

const PAGE = 20;

/** One page of the feed after a position; undefined where there was no answer. */
const pageAfter = async (world: World, after: number): Promise<Followed | undefined> => {
  const answer = await world.call({ method: 'GET', path: `/v1/events?after=${after}&limit=${PAGE}` });
  if (answer?.status !== 200) return undefined;
  return { events: answer.body.events, next: answer.body.next };
};

/** Somebody who keeps a copy of what the feed tells, and goes on where they were whatever happens (E30, E34). */
export class Follower {
  readonly events: PublicEvent[] = [];
  private position = 0;

  constructor(private readonly world: World) {}

  async follow(over: () => boolean): Promise<void> {
    while (!over()) {
      await this.readOn();
      await this.world.scheduler.sleep(3_000);
    }
  }

  /** To the end, when nothing goes wrong any more. */
  async catchUp(): Promise<void> {
    while (await this.readOn());
  }

  /** Whether there was anything. */
  private async readOn(): Promise<boolean> {
    const page = await pageAfter(this.world, this.position);
    if (!page) return false;
    this.events.push(...page.events);
    const moved = page.next > this.position;
    this.position = page.next;
    return moved;
  }
}
