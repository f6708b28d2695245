import { createHash } from 'node:crypto';
import {
  type Commit,
  InMemoryEventLog,
  InMemoryKeyStore,
  InMemoryReadStore,
  sharingPages,
  ViewRegistry,
} from '@muster/eventsourcing';
import { instantAt } from '@muster/kernel';
import {
  configFrom,
  InMemoryAnswerStore,
  InProcessTransport,
  Keyring,
  createLogger,
  newIdIn,
  type Platform,
  readEnvironment,
  reportingPositions,
} from '@muster/nest-kit';
import type { SeededRandom } from '@muster/testkit';
import type { Scheduler } from '../determinism/scheduler.ts';
import { Deployment, type WireAnswer, type WireRequest } from './deployment.ts';
import { Faults } from './faults.ts';
import { Died, Life } from './life.ts';
import {
  answersPort,
  type HandOver,
  keysPort,
  logPort,
  mailerPort,
  requesterPort,
  storePort,
} from './ports.ts';
import type { Planted } from '../planted/planted.ts';

export const projectId = 'project-test-00000000-0000-4000-8000-000000000001';
const SECRET = 'secret-test-of-the-simulation';
const RESTART_MILLISECONDS = 200;

const config = configFrom(readEnvironment({ MUSTER_DATA_DIR: '/nowhere', MUSTER_PROJECT_ID: projectId }), {
  projectId,
  secretHashes: [createHash('sha256').update(SECRET).digest('hex')],
  listeningAt: 'http://127.0.0.1:4100',
});
const AUTHORIZATION = `Basic ${Buffer.from(`${projectId}:${SECRET}`).toString('base64')}`;

/** What is found wrong: the invariant's name, and what was seen. */
export type Violation = { readonly invariant: string; readonly what: string };

export type WorldParts = {
  readonly scheduler: Scheduler;
  readonly random: SeededRandom;
  readonly planted: Planted;
};

/** All that outlives a process, and the process as long as it lives. */
export class World {
  readonly keyring = new Keyring(createHash('sha256').update('the root key of the simulation').digest());
  readonly clock = () => instantAt(this.scheduler.now());
  readonly log = new InMemoryEventLog({ clock: this.clock });
  readonly keys = new InMemoryKeyStore();
  readonly handOvers: HandOver[] = [];
  /** Positions that somebody in the process was told are written. */
  readonly acknowledged: { readonly commit: Commit; readonly position: number }[] = [];
  readonly violations: Violation[] = [];
  readonly scheduler: Scheduler;
  readonly faults: Faults;
  store = new InMemoryReadStore();
  views = new ViewRegistry();
  lives = 0;
  /** How often what was seen, for whoever wonders whether anything was. */
  readonly seen: Record<string, number> = {};
  private answers = new InMemoryAnswerStore();
  private life: Life | undefined;
  private deployment: Deployment | undefined;
  private ready: Promise<void> = Promise.resolve();
  private setReady: () => void = () => undefined;

  constructor(private readonly parts: WorldParts) {
    this.scheduler = parts.scheduler;
    this.faults = new Faults(parts.random);
  }

  readonly violate = (invariant: string, what: string): void => {
    this.violations.push({ invariant, what });
  };

  tally(what: string): void {
    this.seen[what] = (this.seen[what] ?? 0) + 1;
  }

  /** Begins a life; tries again for as long as the beginning fails. */
  start(): void {
    this.down();
    this.begin();
  }

  /** Resolves when the process serves. */
  up(): Promise<void> {
    return this.ready;
  }

  /** The process is gone, with all it had in memory; another one is started on what is durable. */
  crash({ losing }: { readonly losing?: 'everything that can be had again' } = {}): void {
    if (!this.life) return;
    this.life.die();
    this.life = undefined;
    this.scheduler.crash();
    if (losing || this.faults.strike('viewsLost')) this.store = new InMemoryReadStore();
    if (losing || this.faults.strike('answersLost')) this.answers = new InMemoryAnswerStore();
    // Who waits for a process that died while it started goes on waiting for the next one.
    if (this.deployment) this.down();
    this.deployment = undefined;
    this.scheduler.after(RESTART_MILLISECONDS, 'restart', () => this.begin(), { outside: true });
  }

  /** Nobody waits for anything any more. What still waited would be kept for good by the signals it listens to. */
  async end(): Promise<void> {
    this.life?.die();
    await this.log.close();
  }

  /** An answer, or none: the process died, or the caller hung up. */
  async call(request: WireRequest): Promise<WireAnswer | undefined> {
    await this.up();
    const { life, deployment } = this;
    if (!life || !deployment) return undefined;
    const headers = { authorization: AUTHORIZATION, ...request.headers };
    const answer = deployment.call({ ...request, headers });
    const gone = this.faults.strike('callerGone')
      ? this.scheduler.turn('a caller hangs up', () => undefined, { outside: true })
      : undefined;
    return Promise.race([answer, life.ended.then(() => undefined), ...(gone ? [gone] : [])]);
  }

  private down(): void {
    this.ready = new Promise((resolve) => {
      this.setReady = resolve;
    });
  }

  private begin(): void {
    this.lives += 1;
    const life = new Life(this.lives, this.scheduler);
    this.life = life;
    void this.deploy(life).then(
      (deployment) => {
        if (!life.alive) return;
        this.deployment = deployment;
        this.setReady();
      },
      // A start that fails ends the process: whoever looks after it starts it again.
      () => {
        if (life.alive) this.crash();
      },
    );
  }

  private deploy(life: Life): Promise<Deployment> {
    const { keyring, clock, faults } = this;
    const crash = (): never => {
      if (life.alive) this.crash();
      throw new Died();
    };
    const surroundings = { life, faults, crash };
    const acknowledge = (commit: Commit, position: number) => {
      this.acknowledged.push({ commit, position });
    };
    const { planted } = this.parts;
    const transport = new InProcessTransport();
    this.views = new ViewRegistry();
    const platform: Platform & { readonly views: ViewRegistry } = {
      config,
      log: reportingPositions(sharingPages(logPort(planted.log(this.log), surroundings, acknowledge))),
      keys: keysPort(this.keys, surroundings),
      store: storePort(planted.store(this.store), surroundings),
      views: this.views,
      answers: answersPort(this.answers, surroundings),
      requester: requesterPort(transport, surroundings),
      clock,
      newId: newIdIn(config.project.environment),
      keyring,
      logger: createLogger('silent'),
    };
    return Deployment.start(platform, transport, planted.mailer(mailerPort(this, surroundings)));
  }
}
