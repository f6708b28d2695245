import { createHash } from 'node:crypto';
import { SeededRandom } from '@muster/testkit';
import { checkAnswers, checkSessions } from './checks/answers.ts';
import { checkFeed } from './checks/feed.ts';
import { checkDoubles, checkLog, checkMembers, checkSealed, halfDone } from './checks/facts.ts';
import { historyOf } from './checks/history.ts';
import { checkMails } from './checks/mails.ts';
import { repeatCalls, repeatCommits } from './checks/repeats.ts';
import { checkViews } from './checks/views.ts';
import { Scheduler } from './determinism/scheduler.ts';
import { useSources } from './determinism/sources.ts';
import { Client } from './people/client.ts';
import { Follower } from './people/follower.ts';
import { live } from './people/steps.ts';
import { Told } from './people/told.ts';
import { planted } from './planted/planted.ts';
import { type Violation, World } from './world/world.ts';

export type SimulationOptions = {
  readonly seed: number;
  /** The name of a bug. */
  readonly plantedName?: string | undefined;
  readonly onStep?: ((label: string) => void) | undefined;
};

export type SimulationReport = {
  readonly seed: number;
  readonly violations: readonly Violation[];
  /** Of all that is in the log: equal for equal seeds. */
  readonly history: string;
  readonly events: number;
  readonly steps: number;
  readonly lives: number;
  readonly mails: number;
  /** What people did and were told, and what was found in the end. */
  readonly seen: Readonly<Record<string, number>>;
  readonly faults: Readonly<Record<string, number>>;
};

const CLIENTS = 4;
const STEPS = 22;
const BEGINNING = Date.UTC(2026, 0, 5, 9);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** One history, from its seed: what people do, what goes wrong meanwhile, and whether all is well in the end. */
export const simulate = async ({
  seed,
  plantedName,
  onStep,
}: SimulationOptions): Promise<SimulationReport> => {
  const random = new SeededRandom(`simulation ${seed}`);
  const orderly = random.pick([0, 0.3, 0.8]);
  const scheduler = new Scheduler({ random, startsAt: BEGINNING, orderly, ...(onStep ? { onStep } : {}) });
  useSources({ scheduler, random: new SeededRandom(`simulation ${seed}, chance`) });
  try {
    const world = new World({ scheduler, random, planted: planted(plantedName, seed) });
    const told = new Told();
    let over = false;
    const run = story(world, told, seed)
      .catch((error: unknown) => world.violate('the run comes to its end', textOf(error)))
      .finally(() => (over = true));
    await scheduler
      .drive(() => over)
      .catch((error: unknown) => {
        over = true;
        world.violate('the run comes to its end', textOf(error));
      });
    void run;
    const report = await reportOf(seed, world, told);
    await world.end();
    await scheduler.settle();
    return report;
  } finally {
    useSources(undefined);
  }
};

const textOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);

const story = async (world: World, told: Told, seed: number): Promise<void> => {
  world.start();
  const clients = Array.from({ length: CLIENTS }, (_, n) => {
    const random = new SeededRandom(`simulation ${seed}, client ${n}`);
    return new Client(`c${n}`, random, world, told);
  });
  let over = false;
  const follower = new Follower(world);
  const following = follower.follow(() => over);
  await Promise.all(clients.map((client) => live(client, STEPS)));
  world.faults.end();
  over = true;
  await following;
  await settle(world, 6 * MINUTE);
  await judgeAnswers(world, told);
  await settle(world, 2 * HOUR);
  await judge(world);
  await checkFeed(world, follower);
  await nextLife(world, told);
  await afterAgeing(world);
};

/** Time goes by, so much at once, until nothing happens any more. */
const settle = async (world: World, milliseconds: number): Promise<void> => {
  for (let quiet = 0, head = -1; quiet < 2;) {
    world.scheduler.jump(milliseconds);
    await world.up();
    await world.scheduler.sleep(5_000);
    const now = await world.log.head();
    quiet = now === head ? quiet + 1 : 0;
    head = now;
  }
};

/** While sessions still live. */
const judgeAnswers = async (world: World, told: Told): Promise<void> => {
  const history = await historyOf(world);
  await checkAnswers(world, history);
  await checkSessions(world, told, history);
};

const judge = async (world: World): Promise<void> => {
  const history = await historyOf(world);
  await checkLog(world, history);
  checkDoubles(world, history);
  await checkMembers(world, history);
  await checkSealed(world, history);
  for (const what of halfDone(history)) world.violate('what was begun comes to its end', what);
  checkMails(world, history);
  await checkViews(world);
  await repeatCommits(world);
};

/** Views and kept answers are lost, everything is processed once more: nothing follows from it (E25, R50). */
const nextLife = async (world: World, told: Told): Promise<void> => {
  const [head, mails] = [await world.log.head(), world.handOvers.length];
  world.crash({ losing: 'everything that can be had again' });
  await settle(world, 2 * HOUR);
  const added = await world.log.readAll(head, 5);
  if (added.length > 0)
    world.violate('what is processed twice has its effect once', added.map(({ type }) => type).join());
  if (world.handOvers.length > mails)
    world.violate('no replay sends mail', `${world.handOvers.length - mails} mails`);
  await checkViews(world);
  await repeatCalls(world, told);
};

/** E13: payloads of flows that ended long ago go, and nothing that is made of the log is another one. */
const afterAgeing = async (world: World): Promise<void> => {
  await settle(world, 20 * DAY);
  const { length: events } = await world.log.readAll(0, Infinity);
  await world.call({ method: 'POST', path: '/v1/log/age', body: { older_than_days: 8 } });
  await settle(world, MINUTE);
  const { agedEvents, head } = await agedIn(world);
  world.tally(agedEvents > 0 ? 'logs that aged' : 'logs that did not age');
  if (head < events) world.violate('ageing keeps every event', `${head} of ${events}`);
  await checkViews(world);
};

const agedIn = async ({ log }: World) => {
  const verification = await log.verify();
  return { agedEvents: verification.ok ? verification.aged : 0, head: await log.head() };
};

const reportOf = async (seed: number, world: World, told: Told): Promise<SimulationReport> => {
  const { violations, scheduler, lives, handOvers, faults } = world;
  const events = await world.log.readAll(0, Infinity);
  return {
    seed,
    violations,
    history: createHash('sha256').update(JSON.stringify(events)).digest('hex').slice(0, 16),
    events: events.length,
    steps: scheduler.steps,
    lives,
    mails: handOvers.length,
    seen: { ...told.outcomes, ...world.seen },
    faults: faults.happened,
  };
};
