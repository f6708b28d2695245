import { setTimeout as pause } from 'node:timers/promises';
import { ForeignLog, HoleInFeed } from '../halted.ts';
import type { EventSource, Feed } from './event-source.ts';
import { Sequencer } from './sequencer.ts';
import type { Stretch } from './stretch.ts';
import type { Wanted } from './wanted.ts';

export type OrderedOptions = {
  readonly source: EventSource;
  /** Undefined: behind whatever comes first. */
  readonly after: number | undefined;
  readonly logId: string | undefined;
  readonly wanted: Wanted;
  readonly signal: AbortSignal;
  /** How long a piece that is missing may still be on its way, before the feed is asked for it. */
  readonly patienceMilliseconds?: number;
};

const PATIENCE_MILLISECONDS = 250;
const LATER: unique symbol = Symbol('later');

/** The feed behind a position in order, each event once, holes filled (E31). @throws SubscriptionHalted */
export async function* ordered(options: OrderedOptions): AsyncGenerator<Stretch> {
  const { source, wanted, signal } = options;
  const sameLog = logWatch(options.logId);
  const patience = new Patience(options.patienceMilliseconds ?? PATIENCE_MILLISECONDS);
  const pieces = source.follow(options.after ?? 0, wanted, signal)[Symbol.asyncIterator]();
  let sequencer = options.after === undefined ? undefined : new Sequencer(options.after);
  let next = asked(pieces);
  try {
    while (!signal.aborted) {
      const got = await patience.outlasts(next, sequencer?.hole?.upTo);
      if (got === LATER || got.done) {
        if (sequencer?.hole) yield* filled(sequencer, source.feed, { wanted, signal, sameLog });
        if (got !== LATER) return;
        continue;
      }
      next = asked(pieces);
      sameLog(got.value);
      sequencer ??= new Sequencer(got.value.after);
      yield* sequencer.take(got.value);
    }
  } finally {
    // Not waited for: a source that is asked right now ends with the signal.
    void pieces.return?.(undefined).catch(() => undefined);
  }
}

/** The next piece; whoever stops listening leaves it behind, and what becomes of it is nobody's business. */
const asked = (pieces: AsyncIterator<Stretch>): Promise<IteratorResult<Stretch>> => {
  const next = pieces.next();
  next.catch(() => undefined);
  return next;
};

/** A hole is waited for once, however much comes behind it meanwhile. */
class Patience {
  private hole: number | undefined;
  private deadline = 0;

  constructor(private readonly milliseconds: number) {}

  /** The next piece, or `LATER` where the same hole has been there for too long. */
  async outlasts<T>(next: Promise<T>, hole: number | undefined): Promise<T | typeof LATER> {
    if (hole !== this.hole) [this.hole, this.deadline] = [hole, performance.now() + this.milliseconds];
    if (hole === undefined) return next;
    const timer = new AbortController();
    const left = Math.max(0, this.deadline - performance.now());
    const late: Promise<typeof LATER> = pause(left, undefined, { signal: timer.signal }).then(
      () => LATER,
      () => LATER,
    );
    try {
      return await Promise.race([next, late]);
    } finally {
      timer.abort();
    }
  }
}

type Filling = {
  readonly wanted: Wanted;
  readonly signal: AbortSignal;
  readonly sameLog: (stretch: Stretch) => void;
};

/** Reads the feed until nothing is missing any more before what waits. */
async function* filled(
  sequencer: Sequencer,
  feed: Feed | undefined,
  { wanted, signal, sameLog }: Filling,
): AsyncGenerator<Stretch> {
  while (sequencer.hole && !signal.aborted) {
    const { position, hole } = sequencer;
    if (!feed) throw new HoleInFeed(position, hole.upTo);
    const stretch = await feed.read(position, wanted, signal);
    sameLog(stretch);
    // The bus tells only what is committed, so the feed has it: here something is very wrong, and is asked again later.
    if (stretch.upTo <= position) throw new Error(`the feed ends at ${position}, the bus does not`);
    yield* sequencer.take(stretch);
  }
}

/** @throws ForeignLog where a piece is of another log than those before it (E14) */
const logWatch = (known: string | undefined) => {
  let own = known;
  return ({ logId }: Stretch): void => {
    own ??= logId;
    if (logId !== own) throw new ForeignLog(own, logId);
  };
};
