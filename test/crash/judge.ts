import { until } from '@muster/testkit';
import { checkSessions, checkWrites, listsOf } from './api-checks.ts';
import { checkLog, halfDone, type LogFigures } from './log-checks.ts';
import { checkMail, type MailFigures } from './mail-checks.ts';
import { patient } from './patient-client.ts';
import type { SmtpCapture } from './smtp-capture.ts';
import type { Told } from './told.ts';
import type { Victim } from './victim.ts';
import { checkViews } from './view-checks.ts';

const IN_THE_END_MILLISECONDS = 60_000;
/** How much of two lists is shown where they part. */
const SHOWN = 80;

type Lists = Readonly<Record<string, unknown>>;

export type Judgement = {
  readonly wrong: readonly string[];
  readonly log: LogFigures;
  readonly mails: MailFigures;
  readonly viewsVerified: number;
};

/** Asks whether anything is missing or there twice: with the server up and nobody else at it. */
export class Judge {
  private readonly wrong: string[] = [];

  constructor(
    private readonly told: Told,
    private readonly smtp: SmtpCapture,
    private readonly victim: Victim,
  ) {}

  async judge(): Promise<Judgement> {
    const { victim, told, smtp, wrong } = this;
    await this.stage('writes and sessions', async () => {
      const wire = patient(victim.wire());
      wrong.push(...(await checkWrites(wire, told)), ...(await checkSessions(wire, told)));
    });
    await this.mailOut();
    await this.noneHalfDone((what) => !what.startsWith('login-'));
    let verified = 0;
    await this.stage('views', async () => (verified = await this.rebuildsSendNothing()));
    await this.stage('the end of logins', () => this.endOfAll());
    const checked = await checkLog(victim.muster.dataDirectory, told.position, smtp.handOvers);
    const { missing, tooMany } = checkMail(smtp.handOvers, told);
    wrong.push(...checked.wrong, ...missing, ...tooMany);
    return { wrong, log: checked.log, mails: checked.mails, viewsVerified: verified };
  }

  /** A check that cannot be made is wrong, too; the others are made. */
  private async stage(what: string, check: () => Promise<unknown>): Promise<void> {
    try {
      await check();
    } catch (error) {
      this.wrong.push(`${what} cannot be checked: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** Views that are compared with new builds, and views that are built anew from nothing: no mail follows (E25). */
  private async rebuildsSendNothing(): Promise<number> {
    const { victim, told, smtp } = this;
    const wire = patient(victim.wire());
    const handOvers = smtp.handOvers.length;
    const views = await checkViews(wire);
    this.wrong.push(...views.wrong);
    const before = await listsOf(wire, told);
    await victim.shutDown();
    victim.deleteViews();
    await victim.revive();
    this.wrong.push(...differences(before, await listsOf(wire, told)));
    if (smtp.handOvers.length !== handOvers) this.wrong.push('rebuilding the views sent mail again');
    return views.verified;
  }

  private async mailOut(): Promise<void> {
    const done = async () => checkMail(this.smtp.handOvers, this.told).missing.length === 0 || undefined;
    await until('all mail to be out', done, IN_THE_END_MILLISECONDS).catch(() => undefined);
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
    await until('everything to come to its end', ended, IN_THE_END_MILLISECONDS).catch(() => undefined);
    this.wrong.push(...open.map((what) => `half done: ${what}`));
  }
}

const differences = (before: Lists, after: Lists): readonly string[] =>
  Object.keys(before).flatMap((list) => {
    const [was, is] = [JSON.stringify(before[list]), JSON.stringify(after[list])];
    if (was === is) return [];
    const at = Array.from(was).findIndex((character, n) => character !== is[n]);
    const shown = (text: string) => text.slice(Math.max(0, at - SHOWN), at + SHOWN);
    return [`rebuilt views differ: ${list}: ${shown(was)} / ${shown(is)}`];
  });
