import { PublicEventMapper, type PublicEventSource } from '@muster/contracts';
import { HttpKitModule, type Platform } from '@muster/nest-kit';
import { type DynamicModule, Module, type OnModuleDestroy } from '@nestjs/common';
import { EventFeed } from './application/event-feed.ts';
import { EventSchemasController } from './http/event-schemas.controller.ts';
import { EventsController } from './http/events.controller.ts';
import { LOG_ID, PUBLIC_URL } from './http/tokens.ts';

/** What this service works on and does not own: given to it by whoever starts the process. */
export type OperationsParts = {
  /** Of every service that writes to the log. */
  readonly publicEvents: readonly PublicEventSource[];
};

/** Who follows the feed is let go before the server waits for open requests to end. */
class FollowersLetGo implements OnModuleDestroy {
  constructor(private readonly feed: EventFeed) {}

  onModuleDestroy(): void {
    this.feed.stop();
  }
}

/** What operators and subscribers do with the log: follow it, look after it and after what is made of it. */
@Module({})
export class OperationsModule {
  static register(platform: Platform, { publicEvents }: OperationsParts): DynamicModule {
    const { log, config } = platform;
    const deployment = { logId: log.logId, publicUrl: config.publicUrl };
    const mapper = new PublicEventMapper(publicEvents, deployment);
    const feed = new EventFeed({ log, mapper, projectId: config.project.projectId });
    return {
      module: OperationsModule,
      imports: [HttpKitModule.register(platform)],
      controllers: [EventsController, EventSchemasController],
      providers: [
        { provide: PublicEventMapper, useValue: mapper },
        { provide: EventFeed, useValue: feed },
        { provide: FollowersLetGo, useFactory: () => new FollowersLetGo(feed) },
        { provide: LOG_ID, useValue: log.logId },
        { provide: PUBLIC_URL, useValue: config.publicUrl },
      ],
    };
  }
}
