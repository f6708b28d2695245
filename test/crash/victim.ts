import { watch, type FSWatcher, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Muster, startMuster, type WireClient } from '@muster/testkit';
import type { SmtpCapture } from './smtp-capture.ts';

/** Moments that a kill can be aimed at. `append`: bytes reach the log's file. `acknowledged`: a client got its answer. */
export type Moment = 'append' | 'acknowledged' | 'mail taken' | 'mail answered';

/** When one life of the server ends. `starting`: before it is ready again. */
export type Aim =
  | { readonly at: 'any time'; readonly milliseconds: number }
  | { readonly at: Moment; readonly nth: number }
  | { readonly at: 'starting'; readonly milliseconds: number };

/** A moment that does not come is not waited for longer than this. */
const PATIENCE_MILLISECONDS = 4_000;
const VIEWS = 'views';

/** The server under fire. Clients wait at its gate while it is down. */
export class Victim {
  life = 1;
  readonly restartMilliseconds: number[] = [];
  private gate: Promise<void> = Promise.resolve();
  private open: () => void = () => undefined;
  private armed: { readonly moment: Moment; left: number; readonly fire: () => void } | undefined;
  private readonly log: FSWatcher;

  private constructor(readonly muster: Muster) {
    this.log = watch(muster.dataDirectory, (_, file) => {
      if (file === 'log.db-wal') this.pass('append');
    });
  }

  static async start(smtp: SmtpCapture): Promise<Victim> {
    const env = { MUSTER_LOG_LEVEL: 'warn', MUSTER_SMTP_URL: smtp.url };
    const victim = new Victim(await startMuster({ env }));
    smtp.watcher = { life: () => victim.life, pass: (moment) => victim.pass(moment) };
    return victim;
  }

  wire(): WireClient {
    return this.muster.wire();
  }

  /** Resolves while the server is up. */
  up(): Promise<void> {
    return this.gate;
  }

  /** Tells that a moment has come; where a kill waits for it, the process is dead when this returns. */
  pass(moment: Moment): void {
    if (this.armed?.moment === moment && --this.armed.left <= 0) this.armed.fire();
  }

  /** Ends this life as aimed. The process gets no chance to say anything more. */
  async kill(aim: Aim): Promise<void> {
    if (aim.at === 'starting') {
      await this.killNow();
      const starting = this.muster.restart().catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, aim.milliseconds));
      await this.muster.kill('SIGKILL');
      await starting;
      return;
    }
    await new Promise<void>((resolve) => {
      const fire = () => {
        this.armed = undefined;
        clearTimeout(timer);
        resolve(this.killNow());
      };
      const timer = setTimeout(fire, aim.at === 'any time' ? aim.milliseconds : PATIENCE_MILLISECONDS);
      if (aim.at !== 'any time') this.armed = { moment: aim.at, left: aim.nth, fire };
    });
  }

  /** Everything in the views can be had again from the log (R50). */
  deleteViews(): void {
    rmSync(join(this.muster.dataDirectory, VIEWS), { recursive: true, force: true });
  }

  /** The next life on the same directory. */
  async revive(): Promise<void> {
    const began = performance.now();
    await this.muster.restart();
    this.restartMilliseconds.push(performance.now() - began);
    this.life += 1;
    this.open();
  }

  /** Down by a signal that lets it finish. */
  async shutDown(): Promise<void> {
    this.shut();
    await this.muster.kill('SIGTERM');
  }

  async stop(): Promise<void> {
    this.log.close();
    await this.muster.stop();
  }

  private killNow(): Promise<void> {
    this.shut();
    return this.muster.kill('SIGKILL');
  }

  private shut(): void {
    this.gate = new Promise((resolve) => {
      this.open = resolve;
    });
  }
}
