import { AsyncResource } from 'node:async_hooks';
import type { SeededRandom } from '@muster/testkit';
import { turnOfTheLoop } from './turn-of-the-loop.ts';

type Task = { readonly label: string; readonly run: () => void | Promise<void>; readonly outside: boolean };
type Timer = Task & { readonly id: number; readonly due: number };

export type SchedulerOptions = {
  readonly random: SeededRandom;
  /** Milliseconds since the epoch. */
  readonly startsAt: number;
  /** How often the oldest task is taken, not any: some bugs need order, some need chaos. */
  readonly orderly: number;
  readonly onStep?: (label: string) => void;
};

/** Nothing is left that could run, and what was waited for has not come. */
export class Deadlock extends Error {}

/** More steps than any history of this size takes: something runs in circles. */
export class Runaway extends Error {}

/**
 * Decides what runs next. Everything that could be in another order in life (a call through a port, a timer, a turn of
 * the event loop) is a task here, and one task runs at a time: whatever it sets off runs to its end before the next is
 * picked. Time moves by what is done, and jumps where everybody waits. So a seed is a history.
 */
export class Scheduler {
  steps = 0;
  private milliseconds: number;
  private ready: Task[] = [];
  private timers: Timer[] = [];
  private serial = 0;

  constructor(private readonly options: SchedulerOptions) {
    this.milliseconds = options.startsAt;
  }

  /** Milliseconds since the epoch. */
  now(): number {
    return this.milliseconds;
  }

  /** Does something when its turn comes, and tells the outcome. `outside`: it is no part of what a crash takes away. */
  turn<T>(label: string, work: () => T | Promise<T>, { outside = false } = {}): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.ready.push({
        label,
        outside,
        run: async () => {
          try {
            resolve(await work());
          } catch (error) {
            reject(error as Error);
          }
        },
      });
    });
  }

  /** Runs a callback when its turn comes. */
  soon(label: string, run: () => unknown): number {
    this.serial += 1;
    const { serial: id } = this;
    this.timers.push({ id, due: this.milliseconds, label, run: callback(run), outside: false });
    return id;
  }

  after(milliseconds: number, label: string, run: () => unknown, { outside = false } = {}): number {
    this.serial += 1;
    const { serial: id } = this;
    const due = this.milliseconds + Math.max(1, Math.floor(milliseconds) || 1);
    this.timers.push({ id, due, label, run: callback(run), outside });
    return id;
  }

  cancel(id: number): void {
    this.timers = this.timers.filter((timer) => timer.id !== id);
  }

  /** Resolves that much later, whatever else ends. */
  sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      this.after(milliseconds, 'sleep', () => resolve(undefined), { outside: true });
    });
  }

  /** Everybody's clock is that much later, as after a night in which the process slept. */
  jump(milliseconds: number): void {
    this.milliseconds += milliseconds;
  }

  /** Forgets all that the running process was about to do. */
  crash(): void {
    this.ready = this.ready.filter(({ outside }) => outside);
    this.timers = this.timers.filter(({ outside }) => outside);
  }

  /**
   * Runs until that is true.
   * @throws Deadlock, Runaway
   */
  async drive(until: () => boolean, mostSteps = 400_000): Promise<void> {
    for (const end = this.steps + mostSteps; ;) {
      await this.settle();
      if (until()) return;
      if (this.steps >= end) throw new Runaway(`still not done after ${mostSteps} steps`);
      const task = this.next();
      this.steps += 1;
      this.options.onStep?.(task.label);
      await task.run();
    }
  }

  /** Resolves when whatever follows from the last task without another one has happened. */
  settle(): Promise<void> {
    return new Promise((resolve) => {
      turnOfTheLoop(resolve);
    });
  }

  private next(): Task {
    const { random, orderly } = this.options;
    if (random.chance(0.2)) this.milliseconds += 1;
    this.collectDue();
    if (this.ready.length === 0) {
      const due = Math.min(...this.timers.map((timer) => timer.due));
      if (!Number.isFinite(due)) throw new Deadlock('nothing is left to run');
      this.milliseconds = Math.max(this.milliseconds, due);
      this.collectDue();
    }
    const index = random.chance(orderly) ? 0 : random.below(this.ready.length);
    return this.ready.splice(index, 1)[0]!;
  }

  private collectDue(): void {
    if (this.timers.length === 0) return;
    const due = this.timers.filter((timer) => timer.due <= this.milliseconds);
    if (due.length === 0) return;
    this.timers = this.timers.filter((timer) => timer.due > this.milliseconds);
    this.ready.push(...due.toSorted((a, b) => a.due - b.due || a.id - b.id));
  }
}

/** A timer's own: in the context of whoever set it, and never waited for. */
const callback = (run: () => unknown): (() => void) => {
  const bound = AsyncResource.bind(run);
  return () => void bound();
};
