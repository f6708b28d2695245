import { setTimeout as pause } from 'node:timers/promises';
import { type SeededRandom, until, type WireAnswer, type WireClient } from '@muster/testkit';
import { refusedForNow, type ViewReport, viewReports } from './view-checks.ts';
import type { Told } from './told.ts';
import type { Victim } from './victim.ts';

const TURN_MILLISECONDS = 100;
/** How often a turn looks after a view although no kill waits for it. */
const TENDS = 0.01;
/** On a busy machine a kill comes first; nothing that takes long is wrong. */
const BUILT_MILLISECONDS = 10_000;

/** An operation on a view was answered as it never should be. */
class Refused extends Error {}

/** Looks after views while the server is killed: builds anew, compares, exchanges, rolls back (E23, E24). */
export class Operator {
  readonly did = { rebuilds: 0, swaps: 0, verified: 0 };
  private readonly wire: WireClient;

  constructor(
    private readonly random: SeededRandom,
    private readonly told: Told,
    private readonly victim: Victim,
  ) {
    this.wire = victim.wire();
  }

  /** Whatever a kill cuts off is looked at again in the next life. */
  async work(over: () => boolean): Promise<void> {
    while (!over()) {
      await this.victim.up();
      await this.turn().catch((error: unknown) => {
        if (error instanceof Refused) this.told.wrong.push(`operator: ${error.message}`);
      });
      await pause(TURN_MILLISECONDS);
    }
  }

  private async turn(): Promise<void> {
    const { awaits } = this.victim;
    if (awaits === 'rebuilding') await this.rebuild(await this.anyView());
    else if (awaits === 'swapping') await this.swap();
    else if (this.random.chance(TENDS)) await this.tend(await this.anyView());
  }

  private async rebuild({ name }: ViewReport): Promise<void> {
    this.victim.pass('rebuilding');
    if (await this.post(name, 'rebuild')) this.did.rebuilds += 1;
  }

  /** Exchanges what can be exchanged; builds a shadow first where there is none. */
  private async swap(): Promise<void> {
    const views = await viewReports(this.wire);
    const ready = views.filter(({ shadow }) => shadow?.state === 'following' || shadow?.state === 'previous');
    const { name } = ready.length > 0 ? this.random.pick(ready) : await this.withShadow();
    this.victim.pass('swapping');
    if (await this.post(name, 'swap')) this.did.swaps += 1;
  }

  private async withShadow(): Promise<ViewReport> {
    const { name } = await this.anyView();
    if (await this.post(name, 'rebuild')) this.did.rebuilds += 1;
    const following = async () => {
      const view = (await viewReports(this.wire)).find((one) => one.name === name);
      return view?.shadow?.state === 'following' ? view : undefined;
    };
    return until(`the shadow of ${name}`, following, BUILT_MILLISECONDS);
  }

  /** A comparison while everybody works, and now and then the copy goes. */
  private async tend({ name, shadow }: ViewReport): Promise<void> {
    if (shadow && this.random.chance(0.3)) return void (await this.post(name, 'cancel'));
    if (!(await this.post(name, 'verify'))) return;
    const ended = async () => {
      const view = (await viewReports(this.wire)).find((one) => one.name === name);
      const state = view?.verification?.state;
      return state === 'building' || state === 'comparing' ? undefined : view?.verification;
    };
    const verification = await until(`${name} to be verified`, ended, BUILT_MILLISECONDS);
    if (verification?.equal === false)
      this.told.wrong.push(`view ${name} differs: ${JSON.stringify(verification)}`);
    if (verification?.equal) this.did.verified += 1;
  }

  private async anyView(): Promise<ViewReport> {
    return this.random.pick(await viewReports(this.wire));
  }

  /** Whether it was done; it may be refused while something else is done with the view. */
  private async post(name: string, operation: string): Promise<boolean> {
    const answer: WireAnswer = await this.wire.post(`/v1/projections/${name}/${operation}`, {});
    if (answer.status === 200) return true;
    if (!refusedForNow(answer)) throw new Refused(`${operation} of ${name} was answered ${answer.text}`);
    return false;
  }
}
