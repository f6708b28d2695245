import { setTimeout as pause } from 'node:timers/promises';
import type { PublicEvent } from '@muster/contracts';
import type { EventSource, Feed } from '../feed/event-source.ts';
import type { Checkpoint, Stretch } from '../feed/stretch.ts';
import type { Wanted } from '../feed/wanted.ts';
import { FeedRefused } from '../halted.ts';

export type HttpSourceOptions = {
  /** Where Muster is reached. */
  readonly url: string;
  readonly projectId: string;
  readonly secret: string;
  /** Events per page, 1 to 1000. */
  readonly limit?: number;
  /** How long one request waits where there is nothing yet, up to 30. */
  readonly waitSeconds?: number;
};

type Page = {
  readonly events: readonly PublicEvent[];
  readonly next: number;
  readonly head: number;
  readonly log_id: string;
};

const DEFAULT_LIMIT = 500;
const DEFAULT_WAIT_SECONDS = 30;
/** A server that hangs is given up this long after it should have answered. */
const GRACE_MILLISECONDS = 15_000;
/** What a server answers that is to be asked again. */
const AGAIN = new Set([408, 425, 429]);

/** The event feed over HTTP (E34): `GET /v1/events`, by long poll. */
export class HttpSource implements EventSource, Feed {
  private readonly authorization: string;

  constructor(private readonly options: HttpSourceOptions) {
    const { projectId, secret } = options;
    this.authorization = `Basic ${Buffer.from(`${projectId}:${secret}`).toString('base64')}`;
  }

  get feed(): Feed {
    return this;
  }

  async *follow(after: number, wanted: Wanted, signal: AbortSignal): AsyncGenerator<Stretch> {
    const { waitSeconds = DEFAULT_WAIT_SECONDS } = this.options;
    for (let position = after; !signal.aborted;) {
      const stretch = await this.page(position, wanted, signal, waitSeconds);
      if (stretch.upTo > position) yield stretch;
      // A server that is about to stop answers at once.
      else if (waitSeconds > 0) await pause(GRACE_MILLISECONDS / 100, undefined, { signal });
      position = stretch.upTo;
    }
  }

  read(after: number, wanted: Wanted, signal: AbortSignal): Promise<Stretch> {
    return this.page(after, wanted, signal, 0);
  }

  async head(signal: AbortSignal): Promise<Checkpoint> {
    const { head, log_id: logId } = await this.ask({ after: '0', limit: '1' }, signal);
    return { logId, position: head };
  }

  private async page(
    after: number,
    { types, organizationId }: Wanted,
    signal: AbortSignal,
    waitSeconds: number,
  ): Promise<Stretch> {
    const { limit = DEFAULT_LIMIT } = this.options;
    const query = {
      after: String(after),
      limit: String(limit),
      wait: String(waitSeconds),
      ...(types === undefined ? {} : { types: types.join(',') }),
      ...(organizationId === undefined ? {} : { organization: organizationId }),
    };
    const { events, next, log_id: logId } = await this.ask(query, signal, waitSeconds);
    return { logId, after, upTo: next, events };
  }

  private async ask(
    query: Readonly<Record<string, string>>,
    signal: AbortSignal,
    waitSeconds = 0,
  ): Promise<Page> {
    const patience = AbortSignal.timeout(waitSeconds * 1_000 + GRACE_MILLISECONDS);
    const answer = await fetch(`${this.options.url}/v1/events?${new URLSearchParams(query).toString()}`, {
      headers: { authorization: this.authorization },
      signal: AbortSignal.any([signal, patience]),
    });
    if (answer.ok) return (await answer.json()) as Page;
    const said = await answer.text();
    if (answer.status < 500 && !AGAIN.has(answer.status)) throw new FeedRefused(answer.status, said);
    throw new Error(`the feed answered ${answer.status}`);
  }
}

/** Events from the HTTP feed. */
export const httpSource = (options: HttpSourceOptions): HttpSource => new HttpSource(options);
