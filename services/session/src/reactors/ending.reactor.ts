/** Something that time ends without anybody coming by, and what records that. */
type Ending = {
  /** Resolves when the view it looks at has caught up with the log. */
  readonly ready: () => Promise<void>;
  readonly record: () => Promise<void>;
};

const HOUR_MILLISECONDS = 3_600_000;

/**
 * Records what time has ended: at the start, when the views have caught up, and then every hour. What fails is tried
 * again the next hour.
 */
export class EndingReactor {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  constructor(
    private readonly endings: readonly Ending[],
    private readonly onFailure: (error: unknown) => void,
    private readonly everyMilliseconds = HOUR_MILLISECONDS,
  ) {}

  start(): void {
    this.running ??= this.run();
  }

  /** Lets what is being recorded finish. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      for (const ending of this.endings) await this.record(ending);
      await pause(this.everyMilliseconds, signal);
    }
  }

  private async record({ ready, record }: Ending): Promise<void> {
    try {
      await ready();
      if (!this.stopping.signal.aborted) await record();
    } catch (error) {
      if (!this.stopping.signal.aborted) this.onFailure(error);
    }
  }
}

const pause = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(resolve, milliseconds).unref();
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
