import type { Done } from './worker.ts';

/** What came of the seeds so far. */
export class Summary {
  readonly failed: number[] = [];
  run = 0;
  private readonly sums = { events: 0, mails: 0, crashes: 0 };
  private readonly faults: Record<string, number> = {};
  private readonly seen: Record<string, number> = {};
  private readonly began = performance.now();

  constructor(
    private readonly options: {
      readonly alone: boolean;
      readonly tellSeen: boolean;
      readonly plantedName: string | undefined;
    },
  ) {}

  /** What is to be told of a seed that was run. */
  add(done: Done): string {
    this.run += 1;
    this.sums.events += done.events;
    this.sums.mails += done.mails;
    this.sums.crashes += done.lives - 1;
    addTo(this.faults, done.faults);
    addTo(this.seen, done.seen);
    const history = this.options.alone ? `history ${done.history}\n` : '';
    return history + (done.violations.length > 0 ? this.failure(done) : '');
  }

  /** A seed whose process ended. */
  died(seed: number): string {
    this.failed.push(seed);
    return `seed ${seed} failed: its process died\n${this.again(seed)}`;
  }

  toString(): string {
    const { run, sums, failed, seen, faults, began } = this;
    const seconds = Math.round((performance.now() - began) / 1_000);
    return [
      ...(this.options.tellSeen ? [table('seen', seen)] : []),
      table('went wrong', faults),
      `${run} seeds in ${seconds} s: ${sums.events} events, ${sums.mails} mails, ${sums.crashes} crashes; ${failed.length} failed\n`,
    ].join('');
  }

  private failure({ seed, violations }: Done): string {
    this.failed.push(seed);
    const told = violations.slice(0, this.options.alone ? Infinity : MOST_VIOLATIONS);
    const lines = told.map(({ invariant, what }) => `  ${invariant}: ${what}\n`);
    return `seed ${seed} failed\n${lines.join('')}${this.again(seed)}`;
  }

  private again(seed: number): string {
    const { plantedName } = this.options;
    const planted = plantedName === undefined ? '' : ` --planted ${plantedName}`;
    return `  again: npm run simulate -- --seed ${seed} --trace${planted}\n`;
  }
}

/** The rest mostly follows from these. */
const MOST_VIOLATIONS = 5;

const addTo = (sum: Record<string, number>, more: Readonly<Record<string, number>>): void => {
  for (const [what, count] of Object.entries(more)) sum[what] = (sum[what] ?? 0) + count;
};

const table = (title: string, counts: Readonly<Record<string, number>>): string => {
  const rows = Object.entries(counts).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `${title}: ${rows.map(([what, count]) => `${count} ${what}`).join(', ')}\n`;
};
