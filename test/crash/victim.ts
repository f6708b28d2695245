import { watch, type FSWatcher, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Muster, type Profile, startMuster, until, type WireClient } from '@muster/testkit';
import { type PlantedName, plantedEnvironment } from './planted.ts';
import type { SmtpCapture } from './smtp-capture.ts';

/**
 * Moments that a kill can be aimed at. `append`: bytes reach the log's file. `acknowledged`: a client got its answer.
 * `mail taken`: a mail is handed over, and its sender does not know yet; `mail answered`: it is just told. `rebuilding`:
 * a view is asked to be built anew. `swapping`: the copies of a view are asked to change places.
 */
export type Moment = 'append' | 'acknowledged' | 'mail taken' | 'mail answered' | 'rebuilding' | 'swapping';

/** When one life of the server ends. `starting`: before it is ready again. `later`: milliseconds after the moment. */
export type Aim =
  | { readonly at: 'any time'; readonly milliseconds: number }
  | { readonly at: Moment; readonly nth: number; readonly later?: number }
  | { readonly at: 'starting'; readonly milliseconds: number }
  | { readonly at: 'one process'; readonly name: string; readonly milliseconds: number };

/** A moment that does not come is not waited for longer than this. */
const PATIENCE_MILLISECONDS = 4_000;
const BACK_MILLISECONDS = 60_000;
const VIEWS = 'views';
/** Compiled code of earlier lives: starting takes half the time. A process that is killed stores none. */
const COMPILED = fileURLToPath(new URL('../../node_modules/.cache/crash', import.meta.url));

/** The server under fire. Clients wait at its gate while it is down. */
export class Victim {
  /** Counts processes: every kill and every end begins a new one. */
  life = 1;
  readonly restartMilliseconds: number[] = [];
  private gate: Promise<void> = Promise.resolve();
  private open: () => void = () => undefined;
  private armed: { readonly moment: Moment; left: number; readonly come: () => void } | undefined;
  private readonly log: FSWatcher;
  /** False while only one of several processes is away. */
  private isWhole = true;

  private constructor(
    readonly muster: Muster,
    private readonly smtp: SmtpCapture,
  ) {
    this.log = watch(muster.dataDirectory, (_, file) => {
      if (file === 'log.db-wal') this.pass('append');
    });
  }

  static async start(
    smtp: SmtpCapture,
    {
      planted,
      profile,
      env: given = {},
    }: {
      readonly planted?: PlantedName | undefined;
      readonly profile?: Profile | undefined;
      readonly env?: Readonly<Record<string, string>>;
    },
  ): Promise<Victim> {
    const env = {
      MUSTER_LOG_LEVEL: 'warn',
      MUSTER_SMTP_URL: smtp.url,
      NODE_COMPILE_CACHE: COMPILED,
      ...(planted === undefined ? {} : plantedEnvironment(planted)),
      ...given,
    };
    const muster = await startMuster({ env, ...(profile === undefined ? {} : { profile }) });
    const victim = new Victim(muster, smtp);
    smtp.watcher = { life: () => victim.life, pass: (moment) => victim.pass(moment) };
    await victim.muster.restart();
    return victim;
  }

  /** What was under way was cut off without a kill, and may be done once more. */
  interrupted(): void {
    this.life += 1;
    this.smtp.goOn();
  }

  wire(): WireClient {
    return this.muster.wire();
  }

  /** Resolves while the server is up. */
  up(): Promise<void> {
    return this.gate;
  }

  /** What the next kill waits for; undefined where that is a matter of time. */
  get awaits(): Moment | undefined {
    return this.armed?.moment;
  }

  /** Tells that a moment has come; where a kill waits for just that, the process is dead when this returns. */
  pass(moment: Moment): void {
    if (this.armed?.moment === moment && --this.armed.left <= 0) this.armed.come();
  }

  /**
   * Ends this life as aimed, or after a while where the moment does not come; tells whether it did. The process gets no
   * chance to say anything more.
   */
  async kill(aim: Aim): Promise<boolean> {
    if (aim.at === 'starting') return this.killStarting(aim.milliseconds);
    if (aim.at === 'one process') return this.killOne(aim.name, aim.milliseconds);
    return new Promise((resolve) => {
      const fire = () => {
        const came = aim.at === 'any time' || this.armed === undefined || this.armed.left <= 0;
        this.armed = undefined;
        clearTimeout(timer);
        resolve(this.killNow().then(() => came));
      };
      const timer = setTimeout(fire, aim.at === 'any time' ? aim.milliseconds : PATIENCE_MILLISECONDS);
      if (aim.at === 'any time') return;
      const { at: moment, nth: left, later } = aim;
      const fireLater = () => {
        this.armed = undefined;
        clearTimeout(timer);
        setTimeout(fire, later);
      };
      this.armed = { moment, left, come: later === undefined ? fire : fireLater };
    });
  }

  /** Of the distributed profile: the others go on, and whoever keeps it running starts it again. */
  private async killOne(name: string, milliseconds: number): Promise<true> {
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    const [found] = this.muster.processes.filter((one) => one.name === name);
    process.kill(found!.pid, 'SIGKILL');
    this.life += 1;
    this.isWhole = false;
    await until(
      'the process to be gone',
      async () => ((await this.isReady()) ? undefined : true),
      1_000,
    ).catch(
      // NATS is back before anybody looks.
      () => undefined,
    );
    return true;
  }

  private async isReady(): Promise<true | undefined> {
    const answer = await fetch(`${this.muster.url}/readyz`).catch(() => undefined);
    await answer?.arrayBuffer();
    return answer?.ok ? true : undefined;
  }

  /** Everything in the views can be had again from the log (R50). */
  deleteViews(): void {
    rmSync(join(this.muster.dataDirectory, VIEWS), { recursive: true, force: true });
  }

  /** The next life on the same directory. */
  async revive(): Promise<void> {
    const began = performance.now();
    if (this.isWhole) await this.muster.restart();
    else await until('the process to be back', () => this.isReady(), BACK_MILLISECONDS);
    this.isWhole = true;
    this.restartMilliseconds.push(performance.now() - began);
    this.open();
  }

  /** Down by a signal that lets it finish. */
  async shutDown(): Promise<void> {
    this.shut();
    await this.muster.kill('SIGTERM');
    this.life += 1;
  }

  async stop(): Promise<void> {
    this.log.close();
    await this.muster.stop();
  }

  private async killStarting(milliseconds: number): Promise<true> {
    await this.killNow();
    const starting = this.muster.restart().catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    await this.muster.kill('SIGKILL');
    await starting;
    this.life += 1;
    return true;
  }

  private async killNow(): Promise<void> {
    this.shut();
    await this.muster.kill('SIGKILL');
    this.life += 1;
  }

  private shut(): void {
    this.gate = new Promise((resolve) => {
      this.open = resolve;
    });
  }
}
