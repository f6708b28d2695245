import { setTimeout as pause } from 'node:timers/promises';

/** Something this process works with, and how it is found out whether it is there. */
export type Dependency = {
  /** From a closed set: `event_log`, `nats`, `mail`, a service. */
  readonly name: string;
  /** Nothing can be served without it; without others part of the work goes on (I19). */
  readonly required?: boolean;
  /** Whether it is there. Throwing, or no answer in time, is a no. */
  readonly isThere: () => Promise<boolean> | boolean;
};

export type DependencyReport = {
  readonly name: string;
  readonly required: boolean;
  readonly isThere: boolean;
};

const PATIENCE_MILLISECONDS = 1_000;
/** Anybody may ask whether a process is ready; its dependencies are asked no more often than this. */
const FRESH_MILLISECONDS = 1_000;

/** What a process depends on. Whoever brings a dependency along names it here. */
export class Dependencies {
  private readonly all: Dependency[] = [];
  private last: { readonly at: number; readonly reports: Promise<readonly DependencyReport[]> } | undefined;

  constructor(private readonly now: () => number = () => performance.now()) {}

  add(...dependencies: readonly Dependency[]): void {
    this.all.push(...dependencies);
    this.last = undefined;
  }

  /** All of them, in order of their names, as of now or a second ago. */
  report(): Promise<readonly DependencyReport[]> {
    if (!this.last || this.now() - this.last.at > FRESH_MILLISECONDS)
      this.last = { at: this.now(), reports: this.look() };
    return this.last.reports;
  }

  private async look(): Promise<readonly DependencyReport[]> {
    const reports = await Promise.all(
      this.all.map(async ({ name, required = false, isThere }) => ({
        name,
        required,
        isThere: await answered(async () => isThere()),
      })),
    );
    return reports.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }
}

const answered = async (ask: () => Promise<boolean>): Promise<boolean> => {
  const answer = new AbortController();
  const timeUp = pause(PATIENCE_MILLISECONDS, false, { signal: answer.signal }).catch(() => false);
  try {
    return await Promise.race([ask(), timeUp]);
  } catch {
    return false;
  } finally {
    answer.abort();
  }
};
