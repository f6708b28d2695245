import type { PayloadOf, ServiceName } from '@muster/contracts';
import type { ViewOperations } from '@muster/eventsourcing';
import { Controller, type DynamicModule, Module } from '@nestjs/common';
import { Answers } from '../requests/answers.ts';
import type { OwnedViews } from './owned.views.ts';
import { orRefused } from './refusals.ts';
import { type ViewRequests, viewRequestsOf } from './view-requests.ts';

type Payload<Name extends keyof ViewRequests> = PayloadOf<ViewRequests[Name]>;

/** Answers for the views that this process runs, under the name of the service they belong to. */
@Module({})
export class ViewsModule {
  static register(service: ServiceName, views: ViewOperations): DynamicModule {
    return { module: ViewsModule, controllers: [responderOf(viewRequestsOf(service), views)] };
  }

  /** Whichever of the processes that run the service is asked, the one that looks after its views answers. */
  static registerOwned(service: ServiceName, process: string, { anywhere, here }: OwnedViews): DynamicModule {
    const controllers = [
      responderOf(viewRequestsOf(service), anywhere),
      responderOf(viewRequestsOf(service, process), here),
    ];
    return { module: ViewsModule, controllers };
  }
}

/** A class for each that answers: what a method answers to is fixed when its class is made. */
const responderOf = (requests: ViewRequests, views: ViewOperations) => {
  @Controller()
  class ViewsResponder {
    @Answers(requests.list)
    list() {
      return views.list();
    }

    @Answers(requests.rebuild)
    rebuild({ name, ...options }: Payload<'rebuild'>) {
      return orRefused(() => views.rebuild(name, options));
    }

    @Answers(requests.cancel)
    cancel({ name }: Payload<'cancel'>) {
      return orRefused(() => views.cancel(name));
    }

    @Answers(requests.verify)
    verify({ name, ...options }: Payload<'verify'>) {
      return orRefused(() => views.verify(name, options));
    }

    @Answers(requests.swap)
    swap({ name, ...options }: Payload<'swap'>) {
      return orRefused(() => views.swap(name, options));
    }

    @Answers(requests.release)
    release({ name, stream }: Payload<'release'>) {
      return orRefused(() => views.release(name, stream));
    }
  }
  return ViewsResponder;
};
