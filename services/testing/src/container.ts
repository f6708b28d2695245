import { AbstractStartedContainer, GenericContainer, type StartedTestContainer, Wait } from 'testcontainers';
import type { Project } from './control.ts';
import type { Mailbox } from './mailbox.ts';
import type { MovableClock } from './movable-clock.ts';
import { Muster, type SdkConfig } from './muster.ts';
import { deterministicEnvironment, testEnvironment, testProject } from './project.ts';

const IMAGE = 'muster:local';
const PORT = 4100;
const SEED_FILE = '/tmp/muster-seed.json';
const STARTUP_MILLISECONDS = 60_000;

/**
 * Muster in a container, in memory, for the tests of an application.
 *
 * @example
 * const muster = await new MusterContainer().withSeed('demo').start();
 * const client = new stytch.B2BClient(muster.sdkConfig());
 */
export class MusterContainer extends GenericContainer {
  private project: Project = testProject;

  /** @param image one that was built from this repository */
  constructor(image = IMAGE) {
    super(image);
    this.withExposedPorts(PORT)
      .withEnvironment({ HOST: '0.0.0.0', PORT: String(PORT), MUSTER_DATA_DIR: '/tmp/muster' })
      .withWaitStrategy(Wait.forHttp('/readyz', PORT).forStatusCode(200))
      .withStartupTimeout(STARTUP_MILLISECONDS);
    this.withProject(this.project).withSeed('none');
  }

  /** @param seed the demo organizations, nothing, or a file of this host */
  withSeed(seed: 'demo' | 'none' | (string & {})): this {
    if (seed === 'demo' || seed === 'none') return this.withEnvironment({ MUSTER_SEED: seed });
    return this.withCopyFilesToContainer([{ source: seed, target: SEED_FILE }]).withEnvironment({
      MUSTER_SEED: SEED_FILE,
    });
  }

  withProject(project: Project): this {
    this.project = project;
    return this.withEnvironment(testEnvironment(project));
  }

  /** Where links in mails may lead; the first is the default. */
  withRedirectUrls(...urls: readonly string[]): this {
    return this.withEnvironment({ MUSTER_REDIRECT_URLS: urls.join(',') });
  }

  /** Ids and codes that are the same in every run, and after every reset, for the same calls in the same order. */
  withDeterministicIds(): this {
    return this.withEnvironment(deterministicEnvironment);
  }

  override async start(): Promise<StartedMusterContainer> {
    return new StartedMusterContainer(await super.start(), this.project);
  }
}

/** Muster in a container that runs. */
export class StartedMusterContainer extends AbstractStartedContainer {
  private readonly muster: Muster;

  constructor(started: StartedTestContainer, project: Project) {
    super(started);
    this.muster = new Muster(`http://${this.getHost()}:${this.getMappedPort(PORT)}`, project);
  }

  get url(): string {
    return this.muster.url;
  }

  get projectId(): string {
    return this.muster.projectId;
  }

  get secret(): string {
    return this.muster.secret;
  }

  get mailbox(): Mailbox {
    return this.muster.mailbox;
  }

  get clock(): MovableClock {
    return this.muster.clock;
  }

  sdkConfig(): SdkConfig {
    return this.muster.sdkConfig();
  }

  /** Back to the seed: organizations, members, sessions, mail, clock. For `beforeEach`. */
  reset(): Promise<void> {
    return this.muster.reset();
  }

  /** Waits until what was asked for so far is done. @returns the position of the log */
  settled(milliseconds?: number): Promise<number> {
    return this.muster.settled(milliseconds);
  }
}
