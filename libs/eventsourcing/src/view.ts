import type { Projection } from './projection.ts';
import { ProjectionRunner, type RunnerDependencies, type RunnerOptions } from './projection-runner.ts';
import type { Document, Filter, Query } from './read-store.ts';

const FRESH_WITHIN_MILLISECONDS = 2_000;

/**
 * A view that its own process keeps up, and reads. Every read waits until the view has reached the head the log had when
 * the read began, so that a caller finds what they wrote; a view that cannot catch up in time makes the read fail
 * instead of answer from the past (E26).
 *
 * @example
 * const members = new View(membersProjection, { log, store, codec });
 * members.start();
 * const page = await members.find({ where: [{ field: 'organizationId', anyOf: [id] }], limit: 100 });
 */
export class View<D extends Document> {
  readonly runner: ProjectionRunner;

  constructor(
    private readonly projection: Projection<D>,
    private readonly dependencies: RunnerDependencies,
    options?: RunnerOptions,
  ) {
    this.runner = new ProjectionRunner(dependencies, projection, options);
  }

  start(): void {
    this.runner.start();
  }

  stop(): Promise<void> {
    return this.runner.stop();
  }

  async get(id: string): Promise<D | undefined> {
    await this.fresh();
    return (await this.dependencies.store.get(this.projection, id)) as D | undefined;
  }

  async getMany(ids: readonly string[]): Promise<ReadonlyMap<string, D>> {
    await this.fresh();
    return (await this.dependencies.store.getMany(this.projection, ids)) as ReadonlyMap<string, D>;
  }

  /** Documents in order of their ids. */
  async find(query: Query): Promise<readonly { readonly id: string; readonly document: D }[]> {
    await this.fresh();
    const found = await this.dependencies.store.find(this.projection, query);
    return found as readonly { readonly id: string; readonly document: D }[];
  }

  async count(where: readonly Filter[]): Promise<number> {
    await this.fresh();
    return this.dependencies.store.count(this.projection, where);
  }

  private async fresh(): Promise<void> {
    await this.runner.waitFor(await this.dependencies.log.head(), FRESH_WITHIN_MILLISECONDS);
  }
}
