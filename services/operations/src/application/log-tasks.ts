import type { EventLog, LogStats, Verification, ViewOperations } from '@muster/eventsourcing';
import type { Clock } from '@muster/kernel';
import type { AgeOutcome, AgeRequest, KeptFile, LogWork, Relay } from './ports.ts';
import { Task, type TaskReport } from './task.ts';

export type LogTasksDependencies = {
  readonly log: EventLog;
  readonly work: LogWork;
  readonly views: Pick<ViewOperations, 'list'>;
  readonly files: () => readonly KeptFile[];
  readonly clock: Clock;
  /** Undefined where there is no bus. */
  readonly relay?: Pick<Relay, 'status' | 'lag'> | undefined;
};

/** How far the bus is behind the log, in positions. */
export type RelayReport = {
  readonly state: Relay['status']['state'];
  readonly position: number;
  readonly lag: number;
  readonly problem: string | null;
};

export type LogReport = {
  readonly logId: string;
  readonly head: number;
  readonly durability: string;
  readonly files: readonly KeptFile[];
  /** Null where there is no bus. */
  readonly relay: RelayReport | null;
  readonly verification: TaskReport<Verification> | null;
  readonly count: TaskReport<LogStats> | null;
  readonly ageing: TaskReport<AgeOutcome> | null;
};

/** What an operator has done to the log: verified, counted, aged. The last of each is kept while the process runs. */
export class LogTasks {
  private readonly verification: Task<Verification>;
  private readonly counting: Task<LogStats>;
  private readonly ageing: Task<AgeOutcome>;

  constructor(private readonly dependencies: LogTasksDependencies) {
    this.verification = new Task(dependencies.clock);
    this.counting = new Task(dependencies.clock);
    this.ageing = new Task(dependencies.clock);
  }

  async report(): Promise<LogReport> {
    const { log, files } = this.dependencies;
    return {
      logId: log.logId,
      head: await log.head(),
      durability: log.durability,
      files: files(),
      relay: await this.relayed(),
      verification: this.verification.report,
      count: this.counting.report,
      ageing: this.ageing.report,
    };
  }

  /** @throws DomainError log_busy */
  verify(): TaskReport<Verification> {
    return this.verification.start((walk) => this.dependencies.work.verify(walk));
  }

  /** @throws DomainError log_busy */
  count(): TaskReport<LogStats> {
    return this.counting.start((walk) => this.dependencies.work.count(walk));
  }

  /** @throws DomainError log_busy */
  async age(
    request: Pick<AgeRequest, 'olderThanDays' | 'dryRun' | 'actor'>,
  ): Promise<TaskReport<AgeOutcome>> {
    const { work, clock } = this.dependencies;
    const upTo = await this.seenByAll();
    return this.ageing.start((walk) => work.age({ ...request, upTo, now: clock() }, walk));
  }

  async stop(): Promise<void> {
    await Promise.all([this.verification.stop(), this.counting.stop(), this.ageing.stop()]);
  }

  private async relayed(): Promise<RelayReport | null> {
    const { relay } = this.dependencies;
    if (!relay) return null;
    const { state, position, problem = null } = relay.status;
    return { state, position, lag: await relay.lag(), problem };
  }

  /** Every copy of every view has seen what is before it, and no parked stream waits for it (E13, E24). */
  private async seenByAll(): Promise<number> {
    const { views, log } = this.dependencies;
    const reports = await views.list();
    const copies = reports.flatMap(({ position, parked, shadow }) => [
      { position, parked },
      ...(shadow ? [shadow] : []),
    ]);
    return Math.min(
      await log.head(),
      ...copies.flatMap(({ position, parked }) => [position, ...parked.map((stream) => stream.position - 1)]),
    );
  }
}
