import type { ServerResponse } from 'node:http';
import { PublicEventMapper } from '@muster/contracts';
import { strictBody } from '@muster/nest-kit';
import { Controller, Get, Headers, Inject, Query, Res, StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { EventFeed } from '../application/event-feed.ts';
import { EventsQuery } from './events.dto.ts';
import { askedEvents, type AskedEvents, reject } from './events.query.ts';
import { eventStream } from './event-stream.ts';
import { LOG_ID } from './tokens.ts';

const EVENT_STREAM = 'text/event-stream';

/** Aborts once the connection that waits for the answer is gone. */
const gone = (response: ServerResponse): AbortSignal => {
  const controller = new AbortController();
  response.once('close', () => controller.abort());
  return controller.signal;
};

/** The feed of public events over HTTP (E34): page by page, waiting where there is nothing yet, or as a stream. */
@Controller('/v1/events')
export class EventsController {
  constructor(
    private readonly feed: EventFeed,
    private readonly mapper: PublicEventMapper,
    @Inject(LOG_ID) private readonly logId: string,
  ) {}

  @Get()
  async events(
    @Query(strictBody(EventsQuery)) query: EventsQuery,
    @Headers('accept') accept: string | undefined,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const asked = askedEvents(query, this.mapper);
    if (accept?.includes(EVENT_STREAM)) {
      if (query.limit !== undefined) reject('/limit', 'a stream has no end');
      if (query.wait !== undefined) reject('/wait', 'a stream has no end');
      return this.stream({ ...asked, after: positionIn(lastEventId) ?? asked.after }, reply);
    }
    return this.page(asked, reply);
  }

  private async page({ after, filter, limit, waitMilliseconds }: AskedEvents, reply: FastifyReply) {
    await this.assertReached(after, '/after');
    const wait = { milliseconds: waitMilliseconds, signal: gone(reply.raw) };
    const { events, next } = await this.feed.poll(after, filter, limit, wait);
    if (this.feed.isStopping) void reply.header('connection', 'close');
    return { events, next, head: await this.feed.head(), log_id: this.logId };
  }

  private async stream({ after, filter }: AskedEvents, reply: FastifyReply): Promise<StreamableFile> {
    await this.assertReached(after, 'Last-Event-ID or /after');
    const pages = this.feed.follow(after, filter, gone(reply.raw));
    // `connection: close`: when the stream ends, so does what it ran over, and a shutdown need not wait for it.
    void reply.headers({
      'content-type': `${EVENT_STREAM}; charset=utf-8`,
      connection: 'close',
      'x-accel-buffering': 'no',
    });
    return new StreamableFile(eventStream(pages));
  }

  /** E14: whoever is past the head was somewhere else. */
  private async assertReached(position: number, pointer: string): Promise<void> {
    const head = await this.feed.head();
    if (position > head) reject(pointer, `is beyond the head of this log, ${head}`);
  }
}

const positionIn = (lastEventId: string | undefined): number | undefined => {
  if (lastEventId === undefined || lastEventId === '') return undefined;
  if (!/^(0|[1-9]\d{0,14})$/.test(lastEventId)) reject('Last-Event-ID', 'must be the position of an event');
  return Number(lastEventId);
};
