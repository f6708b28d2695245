import type { AggregateId, AggregateType, Command, Event } from '@muster/eventsourcing';
import type { Instant } from '@muster/kernel';

/** A command without its time: the step has that. */
export type Wish<C extends Command> = C extends Command ? Pick<C, 'type' | 'data'> : never;

/** An aggregate as the history has told it so far. Kept by whoever still has something to tell of it. */
export class Told<C extends Command, E extends Event, S> {
  /** Of its last event; -1 before the first. */
  revision = -1;
  state: S;

  constructor(
    readonly type: AggregateType<C, E, S>,
    readonly id: AggregateId,
  ) {
    this.state = type.decider.initialState;
  }
}

export type AnyTold = Told<Command, Event, unknown>;

/** What one commit will hold: decided by the services' own deciders, so that no history is told that cannot be. */
export class Step {
  readonly decided = new Map<AnyTold, { readonly revision: number; readonly events: Event[] }>();

  constructor(
    readonly at: Instant,
    readonly actor: string,
    /** What is done, in the words of the log: part of the command that E5 compares. */
    readonly doing: string,
  ) {}

  /** @throws DomainError where the domain says no: then the story is wrong, and no history comes of it */
  execute<C extends Command, E extends Event, S>(told: Told<C, E, S>, wish: Wish<C>): readonly E[] {
    const { decider } = told.type;
    const events = decider.decide(told.state, { ...wish, at: this.at } as unknown as C);
    if (events.length === 0) return events;
    const { revision } = told;
    told.state = events.reduce(decider.evolve, told.state);
    told.revision += events.length;
    const known = this.decided.get(told as unknown as AnyTold);
    if (known) known.events.push(...events);
    else this.decided.set(told as unknown as AnyTold, { revision, events: [...events] });
    return events;
  }
}
