import { setTimeout as pause } from 'node:timers/promises';
import type { WireClient } from '@muster/testkit';
import { percentile } from './figures.ts';

const EVERY_MILLISECONDS = 50;

export type ProbeFigures = {
  readonly checks: number;
  /** How often each answer came; `none`: there was no answer. */
  readonly answers: Readonly<Record<string, number>>;
  readonly p99Milliseconds: number;
};

/** Has one session checked all the time, as an application does on each request, and notes what it is told. */
export class SessionProbe {
  private answers: Record<string, number> = {};
  private latencies: number[] = [];
  private isOver = false;
  private readonly probing: Promise<void>;

  constructor(
    private readonly wire: WireClient,
    private readonly sessionToken: string,
  ) {
    this.probing = this.probe();
  }

  /** What was noted since it was asked last. */
  take(): ProbeFigures {
    const { answers, latencies } = this;
    this.answers = {};
    this.latencies = [];
    const p99Milliseconds = Math.round(percentile(latencies, 0.99));
    return { checks: latencies.length, answers, p99Milliseconds };
  }

  async stop(): Promise<void> {
    this.isOver = true;
    await this.probing;
  }

  private async probe(): Promise<void> {
    while (!this.isOver) {
      const began = performance.now();
      const status = await this.check();
      this.answers[status] = (this.answers[status] ?? 0) + 1;
      this.latencies.push(performance.now() - began);
      await pause(EVERY_MILLISECONDS);
    }
  }

  private async check(): Promise<string> {
    const asked = { session_token: this.sessionToken };
    const answer = await this.wire.post('/v1/b2b/sessions/authenticate', asked).catch(() => undefined);
    return answer === undefined ? 'none' : String(answer.status);
  }
}
