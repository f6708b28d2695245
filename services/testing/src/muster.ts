import { Control, type Project } from './control.ts';
import { Mailbox } from './mailbox.ts';
import { MovableClock } from './movable-clock.ts';

/** What the official SDK's `B2BClient` is made with. */
export type SdkConfig = {
  readonly project_id: string;
  readonly secret: string;
  readonly env: string;
  readonly fraud_env: string;
};

/** A Muster under the control of a test, wherever it runs. */
export class Muster {
  readonly mailbox: Mailbox;
  readonly clock: MovableClock;
  private readonly control: Control;

  constructor(
    readonly url: string,
    private readonly project: Project,
  ) {
    this.control = new Control(url, project);
    this.mailbox = new Mailbox(this.control);
    this.clock = new MovableClock(this.control);
  }

  get projectId(): string {
    return this.project.projectId;
  }

  get secret(): string {
    return this.project.secret;
  }

  /** `new stytch.B2BClient(muster.sdkConfig())` */
  sdkConfig(): SdkConfig {
    const { url, projectId: project_id, secret } = this;
    return { project_id, secret, env: `${url}/`, fraud_env: `${url}/` };
  }

  /** For an application under test that is configured by its environment. */
  environment(): Readonly<Record<'MUSTER_URL' | 'MUSTER_PROJECT_ID' | 'MUSTER_SECRET', string>> {
    return { MUSTER_URL: this.url, MUSTER_PROJECT_ID: this.projectId, MUSTER_SECRET: this.secret };
  }

  /** Back to the seed: organizations, members, sessions, mail, clock. For `beforeEach`. */
  async reset(): Promise<void> {
    await this.control.call('POST', '/dev/test/reset');
    this.mailbox.forget();
  }

  /**
   * Waits until what was asked for so far is done: read models have all of it, and its mail is out.
   * @returns the position of the log
   * @throws TestControlError where something does not come to its end within `milliseconds` (10,000)
   */
  async settled(milliseconds = 10_000): Promise<number> {
    const body = { within_milliseconds: milliseconds };
    return (await this.control.call<{ position: number }>('POST', '/dev/test/settled', body)).position;
  }
}
