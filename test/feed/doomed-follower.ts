import { type ChildProcess, spawn } from 'node:child_process';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { SqliteSubscriptionStore } from '@muster/events';
import { type Muster, until } from '@muster/testkit';
import type { Random } from '../history/random.ts';
import { MembershipCopy } from './membership-copy.ts';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export type FollowOptions = {
  readonly muster: Muster;
  /** The follower's own database. */
  readonly file: string;
  readonly random: Random;
  /** The follower is killed each time it got about this far. */
  readonly eventsPerLife: number;
  readonly eventsPerPage: number;
  /** Follows over NATS, with messages doubled, delayed, reordered and lost on the way. */
  readonly nats?: string;
};

/** A follower in its own process that is killed again and again, at random points, and started again. */
export class DoomedFollower {
  kills = 0;
  private process: ChildProcess | undefined;
  private errors = '';
  private readonly database: DatabaseSync;
  private readonly copy: MembershipCopy;
  private readonly store: SqliteSubscriptionStore;

  constructor(private readonly options: FollowOptions) {
    this.database = new DatabaseSync(options.file, { timeout: 10_000 });
    this.copy = new MembershipCopy(this.database);
    this.store = new SqliteSubscriptionStore(this.database);
  }

  /** How far the copy is, by its own word. */
  async position(): Promise<number> {
    return (await this.store.checkpoint('membership-copy'))?.position ?? 0;
  }

  /** Kills and starts again until the copy has reached a position; the last life lasts. */
  async reach(position: number, milliseconds = 600_000): Promise<void> {
    const deadline = Date.now() + milliseconds;
    for (let at = await this.position(); at < position; at = await this.position()) {
      this.start();
      const { random, eventsPerLife } = this.options;
      const end = Math.min(position, at + 1 + random.integer(2 * eventsPerLife));
      await until(`the follower to be at ${end}`, () => this.isAt(end), deadline - Date.now());
      // Whatever it is doing at this moment: asking, reading, folding, writing.
      if ((await this.position()) < position) await this.kill();
    }
  }

  members(organizationId: string, instant: string) {
    return this.copy.members(organizationId, instant);
  }

  async stop(): Promise<void> {
    await this.kill();
    this.database.close();
  }

  async kill(): Promise<void> {
    const running = this.process;
    this.process = undefined;
    if (!running || running.exitCode !== null) return;
    const ended = new Promise((resolve) => running.once('exit', resolve));
    running.kill('SIGKILL');
    await ended;
    this.kills += 1;
  }

  private async isAt(position: number): Promise<true | undefined> {
    const { exitCode } = this.process!;
    if (exitCode !== null) throw new Error(`the follower ended with ${exitCode}: ${this.errors}`);
    return (await this.position()) >= position ? true : undefined;
  }

  /** Where it is not running. */
  start(): void {
    if (this.process) return;
    const { muster, file, eventsPerPage, nats } = this.options;
    const flags = [
      '--no-warnings',
      '--conditions=@muster/source',
      '--import',
      at('../../tools/register.mjs'),
    ];
    const child = spawn(
      process.execPath,
      // Where the newest events are nothing for the copy, only the end of a wait moves it past them.
      [
        ...flags,
        at('./follow.ts'),
        '--database',
        file,
        '--limit',
        String(eventsPerPage),
        '--wait',
        '1',
        ...(nats === undefined ? [] : ['--nats', nats, '--unruly', String(this.kills)]),
      ],
      {
        env: {
          PATH: process.env['PATH'],
          MUSTER_URL: muster.url,
          MUSTER_PROJECT_ID: muster.projectId,
          MUSTER_SECRET: muster.secret,
        },
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    );
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.errors = text.slice(-2_000)));
    this.process = child;
    const dieTogether = () => child.kill('SIGKILL');
    process.once('exit', dieTogether);
    child.once('exit', () => process.off('exit', dieTogether));
  }
}
