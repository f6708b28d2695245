import { PublicEventMapper, type PublicEventSource } from '@muster/contracts';
import type { ViewOperations } from '@muster/eventsourcing';
import { HttpKitModule, type Platform } from '@muster/nest-kit';
import { type DynamicModule, Module, type OnModuleDestroy } from '@nestjs/common';
import { EventFeed } from './application/event-feed.ts';
import { LogTasks } from './application/log-tasks.ts';
import type { KeptFile, LogWork } from './application/ports.ts';
import { EventSchemasController } from './http/event-schemas.controller.ts';
import { EventsController } from './http/events.controller.ts';
import { LogController } from './http/log.controller.ts';
import { ProjectionsController } from './http/projections.controller.ts';
import { LOG_ID, PUBLIC_URL } from './http/tokens.ts';
import { VIEWS } from './http/views.token.ts';

/** What this service works on and does not own: given to it by whoever starts the process. */
export type OperationsParts = {
  /** Of every service that writes to the log. */
  readonly publicEvents: readonly PublicEventSource[];
  /** Of every view this process runs. */
  readonly views: ViewOperations;
  readonly logWork: LogWork;
  /** What keeps the log, keys and views. */
  readonly files: () => readonly KeptFile[];
};

/** Who follows the feed is let go, and long work ended, before the server waits for open requests to end. */
class LongWorkEnded implements OnModuleDestroy {
  constructor(
    private readonly feed: EventFeed,
    private readonly tasks: LogTasks,
  ) {}

  async onModuleDestroy(): Promise<void> {
    this.feed.stop();
    await this.tasks.stop();
  }
}

/** What operators and subscribers do with the log: follow it, look after it and after what is made of it. */
@Module({})
export class OperationsModule {
  static register(platform: Platform, parts: OperationsParts): DynamicModule {
    const { log, config, clock } = platform;
    const deployment = { logId: log.logId, publicUrl: config.publicUrl };
    const mapper = new PublicEventMapper(parts.publicEvents, deployment);
    const feed = new EventFeed({ log, mapper, projectId: config.project.projectId });
    const tasks = new LogTasks({ log, clock, work: parts.logWork, views: parts.views, files: parts.files });
    return {
      module: OperationsModule,
      imports: [HttpKitModule.register(platform)],
      controllers: [EventsController, EventSchemasController, ProjectionsController, LogController],
      providers: [
        { provide: PublicEventMapper, useValue: mapper },
        { provide: EventFeed, useValue: feed },
        { provide: LogTasks, useValue: tasks },
        { provide: VIEWS, useValue: parts.views },
        { provide: LongWorkEnded, useFactory: () => new LongWorkEnded(feed, tasks) },
        { provide: LOG_ID, useValue: log.logId },
        { provide: PUBLIC_URL, useValue: config.publicUrl },
      ],
    };
  }
}
