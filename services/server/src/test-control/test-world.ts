import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { InMemoryEventLog, InMemoryKeyStore } from '@muster/eventsourcing';
import { createLogger, type MusterConfig, newIdIn } from '@muster/nest-kit';
import type { Logger } from 'pino';
import type { Listener } from '../listener.ts';
import type { ServerPlatform } from '../platform.ts';
import { endLongWork, type Services, startServices, stopServices } from '../services.ts';
import { answersOf, sow, type Start } from '../start.ts';
import { assertDurable } from '../stores.ts';
import { AdjustableClock } from './adjustable-clock.ts';
import { CountedIds } from './counted-ids.ts';
import { copyOf, inMemoryPlatform, type Truth } from './in-memory.platform.ts';
import { settled } from './settled.ts';
import { type TestControl, testRoutes } from './test-routes.ts';

const LONGEST_SEEDING_MILLISECONDS = 60_000;

type Deployed = {
  readonly platform: ServerPlatform;
  readonly services: Services;
  readonly answers: RequestListener;
};
/** What a reset goes back to. Caught mail is none of the log's, so it is kept beside. */
type Origin = { readonly truth: Truth; readonly mailbox: string; readonly ids: number };

/**
 * All services in memory, for the tests of an application: they begin with the seed, and go back to it when asked to. A
 * reset starts the same services anew on a copy of the log as it was, so that nothing they held in memory survives it.
 */
export class TestWorld implements TestControl {
  readonly clock = new AdjustableClock();
  private readonly ids: CountedIds;
  private readonly logger: Logger;
  private readonly mailboxFile: string;
  private deployed: Deployed | undefined;
  private origin: Origin | undefined;
  private ready = false;
  private resetting: Promise<unknown> = Promise.resolve();
  /** The seed that it begins with, by its name; null: none. */
  seeded: string | null = null;

  private constructor(
    private readonly start: Start,
    private readonly config: MusterConfig,
  ) {
    this.ids = new CountedIds(config.project.environment);
    this.logger = createLogger(start.environment.MUSTER_LOG_LEVEL);
    this.mailboxFile = join(config.dataDirectory, 'mailbox.jsonl');
  }

  /** @throws InvalidConfiguration where more durability is asked for than memory gives */
  static async open(start: Start, config: MusterConfig, listener: Listener): Promise<TestWorld> {
    const world = new TestWorld(start, config);
    await world.begin(listener);
    return world;
  }

  async reset(): Promise<void> {
    const done = this.resetting.then(() => this.goBack());
    this.resetting = done.catch(() => undefined);
    await done;
  }

  async settled(withinMilliseconds: number): Promise<number> {
    await this.resetting;
    return settled(this.deployed!.platform, withinMilliseconds);
  }

  async close(): Promise<void> {
    this.ready = false;
    await this.resetting;
    await this.undeploy();
  }

  private async begin(listener: Listener): Promise<void> {
    const { start, config, clock } = this;
    // What an earlier process caught was of another log.
    writeFileSync(this.mailboxFile, '', { mode: 0o600 });
    const truth = { log: new InMemoryEventLog({ clock: clock.now }), keys: new InMemoryKeyStore() };
    if (start.environment.MUSTER_DURABILITY) assertDurable(truth.log, start.environment.MUSTER_DURABILITY);
    await this.deploy(truth);
    const control = testRoutes(this, config.secretHashes);
    listener.serve((request, response) => {
      // Who calls while it is reset is answered afterwards, by what is there then.
      if (control(request, response)) return;
      void this.resetting.then(() => {
        if (this.deployed) this.deployed.answers(request, response);
        else response.destroy();
      });
    });
    this.seeded = await sow(start, listener.url, config.project.projectId);
    await settled(this.deployed!.platform, LONGEST_SEEDING_MILLISECONDS);
    const mailbox = existsSync(this.mailboxFile) ? readFileSync(this.mailboxFile, 'utf8') : '';
    this.origin = { truth: copyOf(truth), mailbox, ids: this.ids.count };
    this.ready = true;
  }

  private async goBack(): Promise<void> {
    const { truth, mailbox, ids } = this.origin!;
    await this.undeploy();
    this.clock.reset();
    this.ids.goBackTo(ids);
    writeFileSync(this.mailboxFile, mailbox, { mode: 0o600 });
    await this.deploy(copyOf(truth));
  }

  private async deploy(truth: Truth): Promise<void> {
    const { config, start, clock, ids, logger } = this;
    const { masterKey } = start.credentials;
    const isCounted = start.environment.MUSTER_TEST_IDS === 'counted';
    const newId = isCounted ? ids.newId : newIdIn(config.project.environment);
    const platform = await inMemoryPlatform(config, { ...truth, masterKey, clock: clock.now, newId, logger });
    const services = await startServices(platform);
    const answers = answersOf(start, services.applications, platform, () =>
      this.ready ? 'ready' : 'starting',
    );
    this.deployed = { platform, services, answers };
  }

  private async undeploy(): Promise<void> {
    const { deployed } = this;
    this.deployed = undefined;
    if (!deployed) return;
    await endLongWork(deployed.services);
    await stopServices(deployed.services);
    await deployed.platform.close();
  }
}
