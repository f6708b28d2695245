import { setTimeout as pause } from 'node:timers/promises';
import type { RequestContext } from '@muster/contracts';
import type { View } from '@muster/eventsourcing';
import type { NewId } from '@muster/kernel';
import type { ErasureService } from '../application/erasure.service.ts';
import type { MemberDocument } from '../read-models/members/members.projection.ts';

type Dependencies = {
  readonly erasures: Pick<ErasureService, 'complete' | 'destroyKeys'>;
  readonly memberView: Pick<View<MemberDocument>, 'find'>;
  readonly projectId: string;
  readonly newId: NewId;
  /** Told what could not be done yet; never with personal data. */
  readonly onFailure: (what: string, error: unknown) => void;
  readonly everyMilliseconds?: number;
};

const PAGE = 500;
const EVERY_MILLISECONDS = 10_000;

/**
 * Finishes erasures that a crash, or something that did not answer, left half done (R54). When it starts it destroys
 * the keys of everybody who was ever erased once more: an older copy of the key store brings them back.
 */
export class ErasureReactor {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  constructor(private readonly dependencies: Dependencies) {}

  start(): void {
    this.running ??= this.run();
  }

  /** Lets the erasure at hand come to its end. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** Destroys what is left, or came back, of the keys of all who were erased. */
  async reconcile(): Promise<void> {
    for await (const page of this.pages(['open', 'completed']))
      await this.dependencies.erasures.destroyKeys(page);
  }

  /** One pass. What cannot be done now is tried again in the next one. */
  async completeOpen(): Promise<void> {
    for await (const page of this.pages(['open']))
      for (const erased of page) {
        if (this.stopping.signal.aborted) return;
        await this.complete(erased);
      }
  }

  private async run(): Promise<void> {
    const { everyMilliseconds = EVERY_MILLISECONDS } = this.dependencies;
    const { signal } = this.stopping;
    const wait = () => pause(everyMilliseconds, undefined, { signal }).catch(() => undefined);
    while (!signal.aborted && !(await this.attempted('destroying keys again', this.reconcile())))
      await wait();
    while (!signal.aborted) {
      await this.attempted('looking for open erasures', this.completeOpen());
      await wait();
    }
  }

  private async complete(erased: MemberDocument): Promise<void> {
    const { erasures, newId, projectId } = this.dependencies;
    const requestId = newId('request-id');
    const origin = { requestId, correlationId: requestId, causationId: requestId };
    const context: RequestContext = { projectId, actor: 'system:erasure', ...origin };
    await this.attempted(`erasing ${erased.memberId}`, erasures.complete(erased, context));
  }

  private async attempted(what: string, work: Promise<void>): Promise<boolean> {
    try {
      await work;
      return true;
    } catch (error) {
      this.dependencies.onFailure(what, error);
      return false;
    }
  }

  private async *pages(states: readonly string[]): AsyncGenerator<readonly MemberDocument[]> {
    for (let after: string | undefined; !this.stopping.signal.aborted;) {
      const where = [{ field: 'erasure', anyOf: states }];
      const cursor = after === undefined ? {} : { after };
      const page = await this.dependencies.memberView.find({ where, limit: PAGE, ...cursor });
      yield page.map(({ document }) => document);
      if (page.length < PAGE) return;
      after = page.at(-1)!.id;
    }
  }
}
