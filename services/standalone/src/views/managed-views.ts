import {
  type OperationOptions,
  type RebuildPlan,
  type ReleaseOutcome,
  type SwapOutcome,
  type ViewBuilder,
  type ViewOperations,
  type ViewRegistry,
  type ViewReport,
} from '@muster/eventsourcing';
import type { Clock } from '@muster/kernel';
import { ManagedView } from './managed-view.ts';

/** What an operator does to the views that this process runs. */
export class ManagedViews implements ViewOperations {
  private readonly managed = new Map<string, ManagedView>();

  constructor(
    private readonly views: ViewRegistry,
    private readonly builder: ViewBuilder,
    private readonly clock: Clock,
  ) {}

  /** Once all views are registered: builds that an earlier process was at go on. */
  async start(): Promise<void> {
    for (const view of this.all()) await view.resume();
  }

  async stop(): Promise<void> {
    await Promise.all([...this.managed.values()].map((view) => view.stop()));
  }

  async list(): Promise<readonly ViewReport[]> {
    return Promise.all(this.all().map((view) => view.report()));
  }

  async get(name: string): Promise<ViewReport> {
    return this.view(name).report();
  }

  async rebuild(name: string, options: OperationOptions = {}): Promise<RebuildPlan> {
    return this.view(name).rebuild(options);
  }

  async cancel(name: string): Promise<ViewReport> {
    await this.view(name).cancel();
    return this.get(name);
  }

  async verify(name: string, { asOf }: { readonly asOf?: number } = {}): Promise<ViewReport> {
    await this.view(name).verify(asOf);
    return this.get(name);
  }

  async swap(name: string, options: OperationOptions = {}): Promise<SwapOutcome> {
    return this.view(name).swap(options);
  }

  async release(name: string, stream: string): Promise<ReleaseOutcome> {
    const free = await this.view(name).release(stream);
    const { version, parked, shadow } = await this.get(name);
    return { name, version, stream, free, parked: [...parked, ...(shadow?.parked ?? [])] };
  }

  private all(): readonly ManagedView[] {
    return this.views.all().map((view) => this.view(view.projection.name));
  }

  /** @throws UnknownView */
  private view(name: string): ManagedView {
    const view = this.views.get(name);
    let managed = this.managed.get(name);
    if (!managed) this.managed.set(name, (managed = new ManagedView(view, this.builder, this.clock)));
    return managed;
  }
}
