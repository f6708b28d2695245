import { UnavailableError } from '@muster/kernel';
import { HeadWaiters } from './head-waiters.ts';

/** How far a reader of the log is, and those who wait for it to get further (E26). */
export class Progress {
  private current = 0;
  private readonly waiters = new HeadWaiters();

  get position(): number {
    return this.current;
  }

  /** Also backwards: where what was read is gone and read again. */
  moveTo(position: number): void {
    this.current = position;
    this.waiters.notify(position);
  }

  /**
   * Resolves when the reader is at least there; at once where it is already.
   * @throws UnavailableError of that dependency when the time is up or waiting has become vain
   */
  async waitFor(position: number, timeoutMilliseconds: number, dependency: string): Promise<void> {
    if (this.current >= position) return;
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), timeoutMilliseconds);
    await this.waiters.wait(position - 1, late.signal);
    clearTimeout(timer);
    if (this.current < position) throw new UnavailableError(dependency);
  }

  /** Nothing will come for now: all who wait are told. */
  giveUp(): void {
    this.waiters.notify(Infinity);
  }
}
