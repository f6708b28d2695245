import { cpSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Profile, SeededRandom } from '@muster/testkit';
import { aimed } from './aims.ts';
import { Company } from './company.ts';
import { Judge, type Judgement } from './judge.ts';
import { work } from './load.ts';
import type { LogFigures } from './log-checks.ts';
import type { MailFigures } from './mail-checks.ts';
import { Operator } from './operator.ts';
import type { PlantedName } from './planted.ts';
import { SmtpCapture } from './smtp-capture.ts';
import { Told } from './told.ts';
import { type Aim, Victim } from './victim.ts';

export type CrashOptions = {
  readonly kills: number;
  readonly seed: string;
  readonly companies?: number;
  /** When each life ends, where chance is not to decide. */
  readonly aims?: readonly Aim[];
  /** A bug in the server, which has to be found. */
  readonly planted?: PlantedName | undefined;
  /** What is killed: one process, or one of several. */
  readonly profile?: Profile;
  readonly onProgress?: (kill: number, aim: Aim, told: Told, stderr: string) => void;
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
  readonly mails: MailFigures;
  readonly views: {
    readonly rebuilds: number;
    readonly swaps: number;
    readonly verified: number;
    readonly deleted: number;
  };
  readonly log: LogFigures;
  readonly restartMilliseconds: { readonly median: number; readonly most: number };
  readonly wrong: readonly string[];
  /** Where the data are kept to be looked at, where something is wrong. */
  readonly keptIn: string | null;
};

const COMPANIES = 16;
const DELETE_VIEWS = 0.05;
/** What kills are counted as whose moment was waited for in vain. */
const NEVER_CAME = 'moment never came';

/** Kills a server again and again under load, and then asks whether anything is missing or there twice. */
export const crashRun = async (options: CrashOptions): Promise<CrashReport> => {
  const smtp = await SmtpCapture.start();
  const victim = await Victim.start(smtp, options);
  try {
    return await new CrashRun(options, smtp, victim).run();
  } catch (error) {
    const place = keep(victim, options.seed);
    throw new Error(`the run came to no end; its data are in ${place}`, { cause: error });
  } finally {
    await victim.stop();
    await smtp.stop();
  }
};

class CrashRun {
  private readonly told = new Told();
  private readonly kills: Record<string, number> = {};
  private readonly random: SeededRandom;
  private readonly operator: Operator;
  private viewsDeleted = 0;

  constructor(
    private readonly options: CrashOptions,
    private readonly smtp: SmtpCapture,
    private readonly victim: Victim,
  ) {
    this.random = new SeededRandom(`${options.seed}/kills`);
    this.operator = new Operator(new SeededRandom(`${options.seed}/operator`), this.told, victim);
  }

  async run(): Promise<CrashReport> {
    const { seed, companies = COMPANIES } = this.options;
    let over = false;
    const working = Array.from({ length: companies }, (_, n) => {
      const random = new SeededRandom(`${seed}/company-${n}`);
      const company = new Company(`c${n}`, random, this.told, this.victim, this.smtp);
      return work(company, random, () => over);
    });
    const operating = this.operator.work(() => over);
    await this.killAll();
    over = true;
    // Calls that were cut off hold their keys until their leases end.
    this.victim.muster.clock.advance({ seconds: 11 });
    await Promise.all([...working, operating]);
    return this.report(await new Judge(this.told, this.smtp, this.victim).judge());
  }

  private async killAll(): Promise<void> {
    const { kills, aims, onProgress } = this.options;
    for (let kill = 1; kill <= kills; kill++) {
      const aim = aims?.[kill - 1] ?? aimed(this.random);
      const at = (await this.victim.kill(aim)) ? aim.at : NEVER_CAME;
      this.kills[at] = (this.kills[at] ?? 0) + 1;
      // Views are files of processes that have to be down.
      if (aim.at !== 'one process' && this.random.chance(DELETE_VIEWS)) {
        this.victim.deleteViews();
        this.viewsDeleted += 1;
      }
      await this.victim.revive();
      await this.checkHead();
      onProgress?.(kill, aim, this.told, this.victim.muster.log);
    }
  }

  /** What was acknowledged is in the log of the next life. */
  private async checkHead(): Promise<void> {
    const { position } = this.told;
    const { head } = (await this.victim.wire().get('/v1/events?limit=1')).body;
    if (!(head >= position))
      this.told.wrong.push(`lost: position ${position} was acknowledged, the head is ${head}`);
  }

  private report({ wrong: judged, log, mails, viewsVerified }: Judgement): CrashReport {
    const { told, kills, viewsDeleted } = this;
    const { acknowledged, unanswered, retried, abandoned, steps } = told;
    const { rebuilds, swaps, verified } = this.operator.did;
    const sessions = [...told.sessions.values()];
    const revoked = sessions.filter((session) => session.revoked).length;
    const restarts = this.victim.restartMilliseconds.toSorted((a, b) => a - b).map(Math.round);
    const wrong = [...told.wrong, ...judged];
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
      mails,
      views: { rebuilds, swaps, verified: verified + viewsVerified, deleted: viewsDeleted },
      log,
      restartMilliseconds: { median: restarts[restarts.length >> 1] ?? 0, most: restarts.at(-1) ?? 0 },
      wrong,
      keptIn:
        wrong.length > 0 && this.options.planted === undefined ? keep(this.victim, this.options.seed) : null,
    };
  }
}

const keep = ({ muster }: Victim, seed: string): string => {
  const place = join(tmpdir(), `muster-crash-${seed}`);
  cpSync(muster.dataDirectory, place, { recursive: true });
  return place;
};
