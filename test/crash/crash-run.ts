import { cpSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SeededRandom, until } from '@muster/testkit';
import { checkMail, checkSessions, checkWrites, listsOf } from './api-checks.ts';
import { Company } from './company.ts';
import { work } from './load.ts';
import { checkLog, halfDone, type LogFigures } from './log-checks.ts';
import { SmtpCapture } from './smtp-capture.ts';
import { Told } from './told.ts';
import { type Aim, Victim } from './victim.ts';

export type CrashOptions = {
  readonly kills: number;
  readonly seed: string;
  readonly companies?: number;
  readonly onProgress?: (kill: number, aim: Aim, told: Told, stderr: string) => void;
  /** Planted bugs: what else happens to the data while the server is down. */
  readonly whileDown?: (victim: Victim, told: Told) => Promise<void> | void;
};

export type CrashReport = {
  readonly seed: string;
  readonly kills: Readonly<Record<string, number>>;
  readonly acknowledged: number;
  readonly unanswered: number;
  readonly retried: number;
  readonly abandoned: number;
  readonly steps: Readonly<Record<string, number>>;
  readonly members: number;
  readonly sessions: { readonly live: number; readonly revoked: number };
  readonly mails: { readonly sent: number; readonly extraHandOvers: number };
  readonly viewsDeleted: number;
  readonly log: LogFigures;
  readonly restartMilliseconds: { readonly median: number; readonly most: number };
  readonly wrong: readonly string[];
  /** Where the data are kept to be looked at, where something is wrong. */
  readonly keptIn: string | null;
};

const COMPANIES = 8;
const DELETE_VIEWS = 0.1;

const aimed = (random: SeededRandom): Aim =>
  random.weighted<() => Aim>([
    [3, () => ({ at: 'any time', milliseconds: 50 + random.below(2_500) })],
    [2, () => ({ at: 'append', nth: 1 + random.below(150) })],
    [2, () => ({ at: 'acknowledged', nth: 1 + random.below(60) })],
    [1, () => ({ at: 'mail taken', nth: 1 + random.below(8) })],
    [1, () => ({ at: 'mail answered', nth: 1 + random.below(8) })],
    [1, () => ({ at: 'starting', milliseconds: 300 + random.below(1_500) })],
  ])();

/** Kills a server again and again under load, and then asks whether anything is missing or there twice. */
export const crashRun = async (options: CrashOptions): Promise<CrashReport> => {
  const smtp = await SmtpCapture.start();
  const victim = await Victim.start(smtp);
  try {
    return await new CrashRun(options, smtp, victim).run();
  } finally {
    await victim.stop();
    await smtp.stop();
  }
};

class CrashRun {
  private readonly told = new Told();
  private readonly kills: Record<string, number> = {};
  private readonly wrong: string[] = [];
  private readonly random: SeededRandom;
  private viewsDeleted = 0;

  constructor(
    private readonly options: CrashOptions,
    private readonly smtp: SmtpCapture,
    private readonly victim: Victim,
  ) {
    this.random = new SeededRandom(`${options.seed}/kills`);
  }

  async run(): Promise<CrashReport> {
    const { seed, companies = COMPANIES } = this.options;
    let over = false;
    const working = Array.from({ length: companies }, (_, n) => {
      const random = new SeededRandom(`${seed}/company-${n}`);
      const company = new Company(`c${n}`, random, this.told, this.victim, this.smtp);
      return work(company, random, () => over);
    });
    await this.killAll();
    over = true;
    await Promise.all(working);
    const figures = await this.judge();
    return this.report(figures.log, figures.extraHandOvers);
  }

  private async killAll(): Promise<void> {
    const { kills, onProgress, whileDown } = this.options;
    for (let kill = 1; kill <= kills; kill++) {
      const aim = aimed(this.random);
      await this.victim.kill(aim);
      this.kills[aim.at] = (this.kills[aim.at] ?? 0) + 1;
      if (this.random.chance(DELETE_VIEWS)) {
        this.victim.deleteViews();
        this.viewsDeleted += 1;
      }
      await whileDown?.(this.victim, this.told);
      await this.victim.revive();
      onProgress?.(kill, aim, this.told, this.victim.muster.log);
    }
  }

  /** With the server up and nobody else at it. */
  private async judge() {
    const { victim, told, smtp } = this;
    const wire = victim.wire();
    this.wrong.push(...(await checkWrites(wire, told)), ...(await checkSessions(wire, told)));
    await this.mailOut();
    await this.noneHalfDone((what) => !what.startsWith('login-'));
    const handOvers = smtp.handOvers.length;
    const before = await listsOf(wire, told);
    await victim.shutDown();
    victim.deleteViews();
    await victim.revive();
    this.compare(before, await listsOf(wire, told));
    if (smtp.handOvers.length !== handOvers) this.wrong.push('rebuilding the views sent mail again');
    await this.endOfAll();
    const { wrong, figures } = await checkLog(victim.muster.dataDirectory, told.position);
    const mail = checkMail(smtp.handOvers, told);
    this.wrong.push(...wrong, ...mail.wrong, ...told.wrong);
    return { log: figures, extraHandOvers: mail.extra };
  }

  private async mailOut(): Promise<void> {
    const done = async () => checkMail(this.smtp.handOvers, this.told).wrong.length === 0 || undefined;
    await until('all mail to be out', done, 60_000).catch(() => undefined);
  }

  private compare(before: Readonly<Record<string, unknown>>, after: Readonly<Record<string, unknown>>): void {
    for (const list of Object.keys(before)) {
      const [was, is] = [JSON.stringify(before[list]), JSON.stringify(after[list])];
      const at = Array.from(was).findIndex((character, n) => character !== is[n]);
      if (was !== is)
        this.wrong.push(
          `rebuilt views differ: ${list}: ${was.slice(Math.max(0, at - 80), at + 80)} / ${is.slice(Math.max(0, at - 80), at + 80)}`,
        );
    }
  }

  /** Logins that nobody came back to are given up when the server starts after their time. */
  private async endOfAll(): Promise<void> {
    await this.victim.shutDown();
    this.victim.muster.clock.advance({ minutes: 15 });
    await this.victim.revive();
    await this.noneHalfDone(() => true);
    await this.victim.shutDown();
  }

  /** Waits until what was begun has come to its end. */
  private async noneHalfDone(counts: (what: string) => boolean): Promise<void> {
    let open: readonly string[] = [];
    const ended = async () => {
      open = (await halfDone(this.victim.muster.dataDirectory)).filter(counts);
      return open.length === 0 || undefined;
    };
    await until('everything to come to its end', ended, 60_000).catch(() => undefined);
    this.wrong.push(...open.map((what) => `half done: ${what}`));
  }

  private report(log: LogFigures, extraHandOvers: number): CrashReport {
    const { told, kills, viewsDeleted, wrong } = this;
    const { acknowledged, unanswered, retried, abandoned, steps } = told;
    const sessions = [...told.sessions.values()];
    const revoked = sessions.filter((session) => session.revoked).length;
    const restarts = this.victim.restartMilliseconds.toSorted((a, b) => a - b).map(Math.round);
    return {
      seed: this.options.seed,
      kills,
      acknowledged,
      unanswered,
      retried,
      abandoned,
      steps,
      members: told.members.size,
      sessions: { live: sessions.length - revoked, revoked },
      mails: { sent: new Set(this.smtp.handOvers.map(({ messageId }) => messageId)).size, extraHandOvers },
      viewsDeleted,
      log,
      restartMilliseconds: { median: restarts[restarts.length >> 1] ?? 0, most: restarts.at(-1) ?? 0 },
      wrong,
      keptIn: wrong.length > 0 ? this.keep() : null,
    };
  }

  private keep(): string {
    const place = join(tmpdir(), `muster-crash-${this.options.seed}`);
    cpSync(this.victim.muster.dataDirectory, place, { recursive: true });
    return place;
  }
}
