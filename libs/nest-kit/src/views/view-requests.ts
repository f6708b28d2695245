import { type RequestDefinition, request, type ServiceName } from '@muster/contracts';
import type {
  OperationOptions,
  RebuildPlan,
  ReleaseOutcome,
  SwapOutcome,
  ViewReport,
} from '@muster/eventsourcing';

type Named = { readonly name: string };

/** What is asked of the process that runs a view; the methods of `ViewOperations`, as questions. */
export type ViewRequests = {
  readonly list: RequestDefinition<Record<string, never>, readonly ViewReport[]>;
  readonly rebuild: RequestDefinition<Named & OperationOptions, RebuildPlan>;
  readonly cancel: RequestDefinition<Named, ViewReport>;
  readonly verify: RequestDefinition<Named & { readonly asOf?: number }, ViewReport>;
  readonly swap: RequestDefinition<Named & OperationOptions, SwapOutcome>;
  readonly release: RequestDefinition<Named & { readonly stream: string }, ReleaseOutcome>;
};

/** A service looks after its own views; who operates all of them asks each. */
export const viewRequestsOf = (service: ServiceName): ViewRequests => ({
  list: request(`${service}.list_views`),
  rebuild: request(`${service}.rebuild_view`),
  cancel: request(`${service}.cancel_view`),
  verify: request(`${service}.verify_view`),
  swap: request(`${service}.swap_view`),
  release: request(`${service}.release_view`),
});
