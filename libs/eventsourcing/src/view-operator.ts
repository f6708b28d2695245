import type { Clock } from '@muster/kernel';
import { ViewCare } from './view-care.ts';
import type { ViewBuilder } from './view-builder.ts';
import type {
  OperationOptions,
  RebuildPlan,
  ReleaseOutcome,
  SwapOutcome,
  ViewOperations,
  ViewReport,
} from './view-operations.ts';
import type { ViewRegistry } from './view-registry.ts';

/**
 * Looks after the views of this process. Started after the services have registered and started theirs, stopped before
 * they stop them; of several processes that keep the same views up, one does. What it knows of builds and verifications
 * is of this process; what it did is in the read store, where the next one goes on with it.
 *
 * @example
 * const operations = new ViewOperator({ views: platform.views, builder, clock });
 * await operations.start();
 * await operations.rebuild('organization-members');
 */
export class ViewOperator implements ViewOperations {
  private readonly cares = new Map<string, ViewCare>();

  constructor(
    private readonly dependencies: {
      readonly views: ViewRegistry;
      readonly builder: ViewBuilder;
      readonly clock: Clock;
    },
  ) {}

  /** Goes on with what an earlier process left unfinished. */
  async start(): Promise<void> {
    await Promise.all(this.names().map((name) => this.careOf(name).resume()));
  }

  /** Everything under way stops where it is. It may be started again. */
  async stop(): Promise<void> {
    const cares = [...this.cares.values()];
    this.cares.clear();
    await Promise.all(cares.map((care) => care.stop()));
  }

  /** While another process looks after the views: leaves what is beside the live copies to it. */
  async standBy(): Promise<void> {
    await Promise.all(this.dependencies.views.all().map((view) => view.followLiveOnly()));
  }

  list(): Promise<readonly ViewReport[]> {
    return Promise.all(this.names().map((name) => this.get(name)));
  }

  async get(name: string): Promise<ViewReport> {
    return this.careOf(name).report();
  }

  async rebuild(name: string, options: OperationOptions = {}): Promise<RebuildPlan> {
    return this.careOf(name).rebuild(options);
  }

  async cancel(name: string): Promise<ViewReport> {
    return this.careOf(name).cancel();
  }

  async verify(name: string, options: { readonly asOf?: number } = {}): Promise<ViewReport> {
    return this.careOf(name).verify(options);
  }

  async swap(name: string, options: OperationOptions = {}): Promise<SwapOutcome> {
    return this.careOf(name).swap(options);
  }

  async release(name: string, stream: string): Promise<ReleaseOutcome> {
    return this.careOf(name).release(stream);
  }

  private names(): readonly string[] {
    return this.dependencies.views.all().map(({ projection }) => projection.name);
  }

  private careOf(name: string): ViewCare {
    const { views, builder, clock } = this.dependencies;
    const care = this.cares.get(name) ?? new ViewCare({ view: views.get(name), builder, clock });
    this.cares.set(name, care);
    return care;
  }
}
