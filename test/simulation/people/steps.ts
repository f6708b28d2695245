import { administer } from './administration.ts';
import type { Client } from './client.ts';
import { logIn } from './logins.ts';
import { operateViews } from './operators.ts';
import { useSessions } from './sessions.ts';

export type Step = (client: Client) => Promise<unknown>;
export type Steps = Readonly<Record<string, readonly [weight: number, step: Step]>>;

const STEPS = Object.values<readonly [number, Step]>({
  ...administer,
  ...logIn,
  ...useSessions,
  ...operateViews,
});

/** One after the other, whatever comes to mind. */
export const live = async (client: Client, steps: number): Promise<void> => {
  for (let step = 0; step < steps; step++) {
    await client.random.weighted(STEPS)(client);
    if (client.random.chance(0.3)) await client.world.scheduler.sleep(client.random.below(20_000));
  }
};
