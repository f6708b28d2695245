import { type Environment, formatId, type NewId } from '@muster/kernel';

/** Ids that are counted instead of drawn: the same calls in the same order get the same ids, in every run. */
export class CountedIds {
  private last = 0;

  constructor(private readonly environment: Environment) {}

  readonly newId: NewId = (type) =>
    formatId(type, this.environment, `00000000-0000-7000-8000-${this.next().toString(16).padStart(12, '0')}`);

  /** How many there were: what to go back to. */
  get count(): number {
    return this.last;
  }

  goBackTo(count: number): void {
    this.last = count;
  }

  private next(): number {
    return (this.last += 1);
  }
}
