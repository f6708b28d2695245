import type {
  AllStreamResolvedEvent,
  AppendStreamState,
  KurrentDBClient,
  ReadPosition,
  ResolvedEvent,
} from '@kurrent/kurrentdb-client';
import type { JsonObject } from '@muster/kernel';
import { asUnavailable, classOf, isMissingStream } from './kurrentdb-errors.ts';
import type { NewRecord, StoredRecord } from './records.ts';
import { patternOf, prefixOf, type StreamPattern } from './stream-names.ts';

/** What a stream has to look like for an append to be taken; `revision` counts from 0. */
export type Check = { readonly stream: string; readonly state: Exclude<AppendStreamState, bigint> | number };

/** The last revisions of the streams that were written; or a check failed, and nothing was written. */
export type AppendOutcome = { readonly revisions: ReadonlyMap<string, number> } | 'violated';

type Resolved = ResolvedEvent | AllStreamResolvedEvent;

/** The client's four calls that the log is made of, in the log's words. Loaded late: it costs 0.2 s and native code. */
export class KurrentDbConnection {
  private constructor(
    private readonly client: KurrentDBClient,
    private readonly module: typeof import('@kurrent/kurrentdb-client'),
    private readonly prefix: string,
  ) {}

  static async open(url: string, space = ''): Promise<KurrentDbConnection> {
    const prefix = prefixOf(space);
    const module = await import('@kurrent/kurrentdb-client');
    return new KurrentDbConnection(module.KurrentDBClient.connectionString(url), module, prefix);
  }

  /**
   * Writes all records where all checks hold, whatever streams they name; else nothing (E1). Fails with the client's own
   * error: whether something was written then, `classOf` says.
   */
  async append(records: readonly NewRecord[], checks: readonly Check[]): Promise<AppendOutcome> {
    try {
      const { responses } = await this.client.appendRecords(
        records.map(({ stream, id, type, data, properties }) => ({
          streamName: this.prefix + stream,
          record: { id, type, contentType: 'application/json' as const, data, metadata: properties },
        })),
        checks.map(({ stream, state }) => ({
          type: 'stream_state' as const,
          streamName: this.prefix + stream,
          expectedState: typeof state === 'number' ? BigInt(state) : state,
        })),
      );
      return {
        revisions: new Map(
          responses.map(({ streamName, revision }) => [this.named(streamName), Number(revision)]),
        ),
      };
    } catch (error) {
      if (classOf(error) === 'violated') return 'violated';
      throw error;
    }
  }

  /** The records of a stream in order from a revision on; none where there is no stream. */
  async stream(name: string, from = 0, limit = Number.MAX_SAFE_INTEGER): Promise<readonly StoredRecord[]> {
    return this.collect(
      this.client.readStream(this.prefix + name, { fromRevision: BigInt(from), maxCount: limit }),
    );
  }

  async last(stream: string): Promise<StoredRecord | undefined> {
    const read = this.client.readStream(this.prefix + stream, {
      fromRevision: 'end',
      direction: 'backwards',
      maxCount: 1,
    });
    return (await this.collect(read))[0];
  }

  /** Records of the whole log in its order, at a place or after it, of streams that match the pattern. */
  async all(from: number, limit: number, streams: StreamPattern): Promise<readonly StoredRecord[]> {
    const filter = this.module.streamNameFilter({ regex: patternOf(this.prefix, streams) });
    return this.collect(this.client.readAll({ fromPosition: place(from), maxCount: limit, filter }));
  }

  /** The records after a place, and then those to come, until something breaks: it never connects again by itself. */
  subscribe(after: number, streams: StreamPattern, onCheckpoint: (at: number) => void) {
    const filter = this.module.streamNameFilter({
      regex: patternOf(this.prefix, streams),
      checkpointReached: (_, { commit }) => onCheckpoint(Number(commit)),
    });
    return this.client.subscribeToAll({ fromPosition: place(after), filter });
  }

  /** Undefined for what is no JSON record: nothing of ours. */
  record({ event }: Resolved): StoredRecord | undefined {
    if (!event?.isJson) return undefined;
    const { id, type, streamId, revision, position, data, metadata } = event;
    return {
      stream: this.named(streamId),
      id,
      type,
      data: data as JsonObject,
      properties: (metadata ?? {}) as Record<string, string>,
      revision: Number(revision),
      at: Number(position?.commit ?? -1),
    };
  }

  close(): Promise<void> {
    return this.client.dispose();
  }

  private named(stream: string): string {
    return stream.slice(this.prefix.length);
  }

  private async collect(read: AsyncIterable<Resolved>): Promise<readonly StoredRecord[]> {
    const records: StoredRecord[] = [];
    try {
      for await (const resolved of read) {
        const record = this.record(resolved);
        if (record) records.push(record);
      }
    } catch (error) {
      if (isMissingStream(error)) return [];
      throw asUnavailable(error);
    }
    return records;
  }
}

// A record of an append that was not a transaction of the old kind has one position: commit and prepare are the same.
const place = (at: number): ReadPosition => (at < 0 ? 'start' : { commit: BigInt(at), prepare: BigInt(at) });
