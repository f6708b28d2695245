import { type Clock, instantAt } from '@muster/kernel';

/** The real clock, moved ahead as far as a test asks for. */
export class AdjustableClock {
  private aheadMilliseconds = 0;

  readonly now: Clock = () => instantAt(Date.now() + this.aheadMilliseconds);

  get aheadSeconds(): number {
    return this.aheadMilliseconds / 1_000;
  }

  advance(seconds: number): void {
    this.aheadMilliseconds += seconds * 1_000;
  }

  /** Back to the real time. */
  reset(): void {
    this.aheadMilliseconds = 0;
  }
}
