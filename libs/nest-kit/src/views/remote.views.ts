import type { RequestContext, RequestDefinition, Requester, ServiceName } from '@muster/contracts';
import {
  type OperationOptions,
  type RebuildPlan,
  type ReleaseOutcome,
  type SwapOutcome,
  UnknownView,
  type ViewOperations,
  type ViewReport,
} from '@muster/eventsourcing';
import { type ViewRequests, viewRequestsOf } from './view-requests.ts';

type Dependencies = {
  readonly requester: Requester;
  readonly services: readonly ServiceName[];
  /** Which one of the processes that run the service; any of them where not given. */
  readonly process?: string;
  readonly context: () => RequestContext;
};

/**
 * The views of services that run in other processes: each is asked for its own. Where one does not answer, neither does
 * this: a list with holes would look like views that are gone.
 */
export class RemoteViews implements ViewOperations {
  /** Which service runs a view does not change while processes run. */
  private readonly owners = new Map<string, ServiceName>();

  constructor(private readonly dependencies: Dependencies) {}

  async list(): Promise<readonly ViewReport[]> {
    const { requester, services, process, context } = this.dependencies;
    const lists = await Promise.all(
      services.map(async (service) => {
        const views = await requester.ask(viewRequestsOf(service, process).list, {}, context());
        for (const { name } of views) this.owners.set(name, service);
        return views;
      }),
    );
    return lists.flat().toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  async get(name: string): Promise<ViewReport> {
    const report = (await this.list()).find((view) => view.name === name);
    if (!report) throw new UnknownView(name);
    return report;
  }

  async rebuild(name: string, options?: OperationOptions): Promise<RebuildPlan> {
    return this.ask((await this.requestsOf(name)).rebuild, { name, ...options });
  }

  async cancel(name: string): Promise<ViewReport> {
    return this.ask((await this.requestsOf(name)).cancel, { name });
  }

  async verify(name: string, options?: { readonly asOf?: number }): Promise<ViewReport> {
    return this.ask((await this.requestsOf(name)).verify, { name, ...options });
  }

  async swap(name: string, options?: OperationOptions): Promise<SwapOutcome> {
    return this.ask((await this.requestsOf(name)).swap, { name, ...options });
  }

  async release(name: string, stream: string): Promise<ReleaseOutcome> {
    return this.ask((await this.requestsOf(name)).release, { name, stream });
  }

  private ask<Payload, Reply>(
    definition: RequestDefinition<Payload, Reply>,
    payload: Payload,
  ): Promise<Reply> {
    return this.dependencies.requester.ask(definition, payload, this.dependencies.context());
  }

  /** @throws UnknownView */
  private async requestsOf(name: string): Promise<ViewRequests> {
    if (!this.owners.has(name)) await this.list();
    const owner = this.owners.get(name);
    if (!owner) throw new UnknownView(name);
    return viewRequestsOf(owner, this.dependencies.process);
  }
}
