import type { SeededRandom } from '@muster/testkit';

/** What can go wrong at a port, and how often. */
const KINDS = {
  /** Nothing was written, and the writer knows. */
  appendRefused: 0.03,
  /** Nothing was written, and the writer does not know (E8). */
  appendLost: 0.02,
  /** All was written, and the writer does not know (E8). */
  appendUnanswered: 0.03,
  crashBeforeAppend: 0.004,
  crashAfterAppend: 0.008,
  /** At any other call through a port. */
  crashAnywhere: 0.0003,
  logReadFails: 0.003,
  keysFail: 0.003,
  /** A key was made or destroyed, and nobody hears of it. */
  keysUnanswered: 0.005,
  viewWriteLost: 0.05,
  viewWriteUnanswered: 0.05,
  viewReadFails: 0.01,
  answersFail: 0.02,
  answersUnanswered: 0.02,
  requestLost: 0.01,
  replyLost: 0.015,
  requestDoubled: 0.03,
  mailNotTaken: 0.1,
  mailUnanswered: 0.1,
  mailRefusedForGood: 0.01,
  /** The caller hangs up before the answer. */
  callerGone: 0.03,
  /** What the views hold is gone after a crash (R50). */
  viewsLost: 0.3,
  /** Kept answers are gone after a crash. */
  answersLost: 0.3,
} as const;

export type FaultKind = keyof typeof KINDS;

/**
 * Each run has some kinds of faults and not others, more or less of them: a run with all of them at once gets nowhere,
 * and bugs hide from a run with always the same mix.
 */
export class Faults {
  readonly happened: Partial<Record<FaultKind, number>> = {};
  private readonly rates: Partial<Record<FaultKind, number>> = {};
  private quiet = false;
  private total = 0;

  constructor(private readonly random: SeededRandom) {
    for (const [kind, rate] of Object.entries(KINDS) as [FaultKind, number][])
      this.rates[kind] = random.chance(0.6) ? rate * (0.3 + 1.4 * random.fraction()) : 0;
  }

  /** How often something went wrong so far. */
  get struck(): number {
    return this.total;
  }

  /** From now on all goes well. */
  end(): void {
    this.quiet = true;
  }

  /** Whether that goes wrong now. */
  strike(kind: FaultKind): boolean {
    if (this.quiet || !this.random.chance(this.rates[kind]!)) return false;
    this.total += 1;
    this.happened[kind] = (this.happened[kind] ?? 0) + 1;
    return true;
  }
}
