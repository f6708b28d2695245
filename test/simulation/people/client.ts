import type { SeededRandom } from '@muster/testkit';
import type { WireAnswer, WireRequest } from '../world/deployment.ts';
import type { World } from '../world/world.ts';
import type { Told } from './told.ts';

/** How often a call reaches the server twice, at the same moment. */
const TWICE = 0.04;
/** How often somebody who hears nothing does not ask again, so that something stays half done. */
const GIVE_UP = 0.15;
const MOST_TRIES = 200;

type Question = Omit<WireRequest, 'headers'> & { readonly session?: string | undefined };

/** Somebody's backend: repeats what was not answered, as the same command (E5). */
export class Client {
  private serial = 0;

  constructor(
    readonly name: string,
    readonly random: SeededRandom,
    readonly world: World,
    readonly told: Told,
  ) {}

  /** A word nobody else uses. */
  unique(word: string): string {
    this.serial += 1;
    return `${word}-${this.name}-${this.serial}`;
  }

  pick<T>(from: readonly T[]): T | undefined {
    return from.length === 0 ? undefined : this.random.pick(from);
  }

  /** The answer, or none where it was lost and nobody asked again. */
  async ask(step: string, { session, ...question }: Question): Promise<WireAnswer | undefined> {
    const headers = {
      ...(question.method === 'POST' ? { 'idempotency-key': this.unique('key') } : {}),
      ...(session === undefined ? {} : { 'x-stytch-member-session': session }),
    };
    const request = { ...question, headers };
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      if (request.method === 'POST' && this.random.chance(TWICE)) void this.world.call(request);
      const answer = await this.world.call(request);
      if (answer && !isToBeAskedAgain(answer)) {
        this.note(step, request, answer);
        return answer;
      }
      if (!answer && this.random.chance(GIVE_UP)) return undefined;
      await this.world.scheduler.sleep(100 + this.random.below(1_500));
    }
    this.world.violate('every call is answered in the end', `${step}: ${request.method} ${request.path}`);
    return undefined;
  }

  private note(step: string, request: WireRequest, answer: WireAnswer): void {
    const { told, world } = this;
    const { status, body } = answer;
    told.count(`${step} ${status === 200 ? 'ok' : (body?.error_type ?? status)}`);
    if (status >= 500) world.violate('no call breaks the server', `${step}: ${JSON.stringify(body)}`);
    if (status !== 200) return;
    told.learn(answer);
    if (request.method === 'POST') told.posts.push({ request, answer });
    if (request.method === 'POST' && CREATES.test(request.path) && answer.position === 0)
      world.violate('every write is answered with its position', step);
  }
}

/** What always writes. */
const CREATES = /^\/v1\/b2b\/organizations(\/[^/]+\/members)?$/;

const isToBeAskedAgain = ({ status, body }: WireAnswer): boolean =>
  status === 503 || status === 429 || body?.error_type === 'idempotency_key_in_flight';
