import { PublicEventMapper, type PublicEventSource } from '@muster/contracts';
import type { ViewOperations } from '@muster/eventsourcing';
import { HttpKitModule, type Platform } from '@muster/nest-kit';
import {
  type DynamicModule,
  Module,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { EventFeed } from './application/event-feed.ts';
import { LogTasks } from './application/log-tasks.ts';
import type { KeptFile, LogWork, Relay } from './application/ports.ts';
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
  /** Undefined where there is no bus. Started and stopped with this service. */
  readonly relay?: Relay | undefined;
};

/** The bus is fed for as long as this service runs; under maintenance nothing leaves the process (E25). */
class BusFed implements OnApplicationBootstrap, OnModuleDestroy {
  constructor(
    private readonly relay: Relay | undefined,
    private readonly maintenance: boolean,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.maintenance) this.relay?.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.relay?.stop();
  }
}

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
    const { log, config, clock, maintenance = false } = platform;
    const deployment = { logId: log.logId, publicUrl: config.publicUrl };
    const mapper = new PublicEventMapper(parts.publicEvents, deployment);
    const feed = new EventFeed({ log, mapper, projectId: config.project.projectId });
    const { logWork: work, views, files, relay } = parts;
    const tasks = new LogTasks({ log, clock, work, views, files, relay });
    return {
      module: OperationsModule,
      imports: [HttpKitModule.register(platform)],
      controllers: [EventsController, EventSchemasController, ProjectionsController, LogController],
      providers: [
        { provide: PublicEventMapper, useValue: mapper },
        { provide: EventFeed, useValue: feed },
        { provide: LogTasks, useValue: tasks },
        { provide: VIEWS, useValue: views },
        { provide: BusFed, useFactory: () => new BusFed(relay, maintenance) },
        { provide: LongWorkEnded, useFactory: () => new LongWorkEnded(feed, tasks) },
        { provide: LOG_ID, useValue: log.logId },
        { provide: PUBLIC_URL, useValue: config.publicUrl },
      ],
    };
  }
}
