import { type Instant, plusDays } from '@muster/kernel';
import { SHORTEST_AGE_DAYS } from '../ageing/age.ts';
import type { AggregateType } from '../aggregate.ts';
import type { Command, Event } from '../decider.ts';

/** What a command led to: facts, or the name of a refusal. */
export type Outcome<E extends Event> = readonly E[] | string;

/**
 * One flow twice: as it is, and as ageing leaves it as early as it may. Gives what each later command leads to for both,
 * so that a specification can say how they may differ; undefined where the flow has not ended, and so cannot age.
 * `later` makes the commands, from the first instant at which payloads can be gone.
 */
export const agedTwin = <C extends Command, E extends Event, S>(
  { decider: { initialState, decide, evolve }, retention }: AggregateType<C, E, S>,
  history: readonly C[],
  later: (from: Instant) => readonly C[],
): readonly { readonly command: C; readonly whole: Outcome<E>; readonly aged: Outcome<E> }[] | undefined => {
  if (retention === 'permanent') throw new Error('nothing of it ever ages');
  const step = (state: S, command: C): { readonly state: S; readonly outcome: Outcome<E> } => {
    try {
      const events = decide(state, command);
      return { state: events.reduce(evolve, state), outcome: events };
    } catch (error) {
      return { state, outcome: (error as Error).message };
    }
  };
  let whole = initialState;
  let lastAt: Instant | undefined;
  for (const command of history) {
    const { state, outcome } = step(whole, command);
    if (typeof outcome !== 'string' && outcome.length > 0) lastAt = command.at;
    whole = state;
  }
  const endedAt = lastAt && retention.endedAt(whole, lastAt);
  if (lastAt === undefined || endedAt === undefined) return undefined;
  let aged = retention.remains;
  return later(plusDays(endedAt > lastAt ? endedAt : lastAt, SHORTEST_AGE_DAYS)).map((command) => {
    const [w, a] = [step(whole, command), step(aged, command)];
    [whole, aged] = [w.state, a.state];
    return { command, whole: w.outcome, aged: a.outcome };
  });
};
