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

/**
 * A service looks after its own views; who operates all of them asks each.
 * @param process which one of those that run the service; any of them where not given
 */
export const viewRequestsOf = (service: ServiceName, process?: string): ViewRequests => {
  const named = <Payload, Reply>(question: string): RequestDefinition<Payload, Reply> =>
    request(process === undefined ? `${service}.${question}` : `${service}.${question}.${process}`);
  return {
    list: named('list_views'),
    rebuild: named('rebuild_view'),
    cancel: named('cancel_view'),
    verify: named('verify_view'),
    swap: named('swap_view'),
    release: named('release_view'),
  };
};
