import { isAged } from './ageing/retention.ts';
import type { AggregateType } from './aggregate.ts';
import type { Command, Event } from './decider.ts';
import type { DecodedEvent, EventCodec } from './event-codec.ts';
import type { EventLog } from './event-log.ts';
import { type AggregateId, streamName } from './stream-name.ts';

/** One aggregate within a command: its state as of the facts so far, and the way to add more. */
export class Loaded<C extends Command, E extends Event, S> {
  readonly decided: E[] = [];

  constructor(
    readonly type: AggregateType<C, E, S>,
    readonly id: AggregateId,
    /** Of the last stored event; -1 where there is none. */
    readonly revision: number,
    private current: S,
    /** The stream is another organization's: nothing of it is seen here, and nothing can be written to it. */
    readonly foreign = false,
  ) {}

  get state(): S {
    return this.current;
  }

  get exists(): boolean {
    return this.revision >= 0;
  }

  /** Decides against the state so far and goes on from the outcome. */
  execute(command: C): readonly E[] {
    const events = this.type.decider.decide(this.current, command);
    this.current = events.reduce(this.type.decider.evolve, this.current);
    this.decided.push(...events);
    return events;
  }
}

type AnyLoaded = Loaded<Command, Event, unknown>;

/** What a command may do: load aggregates and execute on them. All it loads is checked again in the commit. */
export class UnitOfWork {
  readonly loaded = new Map<string, AnyLoaded>();
  private readonly loading = new Map<string, Promise<AnyLoaded>>();

  constructor(private readonly dependencies: { readonly log: EventLog; readonly codec: EventCodec }) {}

  /** The aggregate as of now. Read but not written, its revision becomes a condition of the commit (E3). */
  async load<C extends Command, E extends Event, S>(
    type: AggregateType<C, E, S>,
    id: AggregateId,
  ): Promise<Loaded<C, E, S>> {
    const stream = streamName(type.category, id);
    let loading = this.loading.get(stream);
    if (!loading) {
      loading = this.read(stream, type as unknown as AggregateType<Command, Event, unknown>, id);
      this.loading.set(stream, loading);
    }
    return (await loading) as unknown as Loaded<C, E, S>;
  }

  private async read(
    stream: string,
    type: AggregateType<Command, Event, unknown>,
    id: AggregateId,
  ): Promise<AnyLoaded> {
    const { state, revision, foreign } = await fold(this.dependencies, type, id);
    const aggregate = new Loaded(type, id, revision, state, foreign);
    this.loaded.set(stream, aggregate);
    return aggregate;
  }
}

/**
 * The state of one aggregate from its stream, now or as of a position (R51).
 * An organization's stream is invisible under any other organization's id (I2): it folds to nothing, as `foreign`.
 */
export const fold = async <C extends Command, E extends Event, S>(
  { log, codec }: { readonly log: EventLog; readonly codec: EventCodec },
  type: AggregateType<C, E, S>,
  id: AggregateId,
  options?: { readonly upTo?: number },
): Promise<{ readonly state: S; readonly revision: number; readonly foreign: boolean }> => {
  const { initialState } = type.decider;
  const recorded = await log.readStream(streamName(type.category, id), options);
  if (recorded.some(({ organizationId }) => organizationId !== id.organizationId))
    return { state: initialState, revision: -1, foreign: true };
  const state = stateOf(type, await codec.decode(recorded));
  return { state, revision: recorded.at(-1)?.revision ?? -1, foreign: false };
};

/** What the facts of one stream add up to. Dropped ones count as what their aggregate says remains of an ended flow. */
export const stateOf = <C extends Command, E extends Event, S>(
  { decider: { initialState, evolve }, retention }: AggregateType<C, E, S>,
  decoded: readonly Pick<DecodedEvent, 'event'>[],
): S =>
  decoded.reduce((state, { event }) => {
    if (!isAged({ event })) return evolve(state, event as E);
    return retention === 'permanent' ? state : retention.remains;
  }, initialState);
