import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Platform } from '../platform.ts';

const EVERY_MILLISECONDS = 10_000;
/** So that one batch holds nobody up. */
const BATCH = 50;

/** Removes what an answer store keeps no longer: at start, and then every ten seconds. */
export class AnswerPurge {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly platform: Pick<Platform, 'answers' | 'clock' | 'logger'>,
    private readonly everyMilliseconds = EVERY_MILLISECONDS,
  ) {}

  start(): void {
    this.running = this.run();
    this.timer = setInterval(() => {
      this.running = this.running.then(() => this.run());
    }, this.everyMilliseconds).unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.timer = undefined;
    await this.running;
  }

  private async run(): Promise<void> {
    const { answers, clock, logger } = this.platform;
    try {
      while ((await answers.purge(clock(), BATCH)) === BATCH) await nextTurn();
    } catch (error) {
      const failure = error instanceof Error ? error.name : 'unknown';
      logger.warn({ failure }, 'answers that are kept no longer were not removed; tried again');
    }
  }
}
