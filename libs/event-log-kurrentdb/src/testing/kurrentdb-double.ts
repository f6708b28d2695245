import { setTimeout as sleep } from 'node:timers/promises';
import { Server, ServerCredentials, type sendUnaryData, type ServerUnaryCall } from '@grpc/grpc-js';
import features from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/serverfeatures_grpc_pb.js';
import v1Services from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_grpc_pb.js';
import v2Services from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v2/streams/streams_grpc_pb.js';
import v2 from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v2/streams/streams_pb.js';
import { CuttablePort } from './cuttable-port.ts';
import {
  checksIn,
  featuresMessage,
  takenMessage,
  tooLargeError,
  violationError,
  writesIn,
} from './double-messages.ts';
import { answerRead } from './double-reads.ts';
import { DoubleStore, type DoubleWrite } from './double-store.ts';

export type DoubleOptions = {
  readonly version?: string;
  /** As in a server before 26.1, which cannot check streams that an append does not write. */
  readonly withoutAppendRecords?: boolean;
  /** `MaxAppendSize`. */
  readonly maxAppendSize?: number;
  /** A server that takes an append without looking at its checks. */
  readonly ignoresChecks?: boolean;
};

/** What is to happen to one append: its connection breaks before or after it took effect. */
type Loss = {
  readonly when: 'before' | 'after';
  readonly of: (streams: readonly string[]) => boolean;
  /** Happens to every such append, not to one. */
  readonly lasts?: boolean;
};

type AppendCall = ServerUnaryCall<
  InstanceType<typeof v2.AppendRecordsRequest>,
  InstanceType<typeof v2.AppendRecordsResponse>
>;

/**
 * Stands in for a KurrentDB server: real gRPC on the client's own stubs, with the promises of the server that the adapter
 * builds on. What it does not know it answers as unimplemented. It has not been compared with a server here.
 */
export class KurrentDbDouble {
  readonly store = new DoubleStore();
  /** How long an append takes, in milliseconds. */
  latency = 0;
  /** Streams of the appends so far, in the order they arrived. */
  readonly appends: (readonly string[])[] = [];
  private losses: Loss[] = [];
  private held: Promise<void> | undefined;
  private port!: CuttablePort;

  private constructor(
    private readonly server: Server,
    private readonly options: DoubleOptions,
  ) {}

  static async start(options: DoubleOptions = {}): Promise<KurrentDbDouble> {
    const server = new Server({ 'grpc.max_receive_message_length': 20 * 1024 * 1024 });
    const double = new KurrentDbDouble(server, options);
    double.serve();
    const port = await new Promise<number>((resolve, reject) =>
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      ),
    );
    double.port = new CuttablePort(port);
    await double.port.open();
    return double;
  }

  get url(): string {
    return `kurrentdb://127.0.0.1:${this.port.port}?tls=false`;
  }

  /** The connection of the next append that writes such streams breaks. */
  loseNextAppend(when: Loss['when'], of: Loss['of'] = () => true): void {
    this.losses.push({ when, of });
  }

  /** Loses all such appends until the returned function is called. */
  loseAppends(of: Loss['of']): () => void {
    const loss: Loss = { when: 'before', of, lasts: true };
    this.losses.push(loss);
    return () => {
      this.losses = this.losses.filter((other) => other !== loss);
    };
  }

  /** Appends that arrive from now on are done when the returned function is called. */
  holdAppends(): () => void {
    let letGo = (): void => undefined;
    this.held = new Promise((resolve) => (letGo = resolve));
    return () => {
      this.held = undefined;
      letGo();
    };
  }

  cutConnections(): void {
    this.port.cut();
  }

  /** Nobody answers any more; what was stored is kept. */
  async kill(): Promise<void> {
    await this.port.close();
  }

  async restart(): Promise<void> {
    await this.port.open();
  }

  async stop(): Promise<void> {
    await this.port.close();
    this.server.forceShutdown();
  }

  private serve(): void {
    const { version = '26.1.2', withoutAppendRecords = false } = this.options;
    const methods = [
      v2Services.StreamsServiceService.appendSession.path as string,
      v1Services.StreamsService.read.path,
    ];
    if (!withoutAppendRecords) methods.push(v2Services.StreamsServiceService.appendRecords.path);
    this.server.addService(features.ServerFeaturesService, {
      getSupportedMethods: (_: unknown, answer: sendUnaryData<unknown>) =>
        answer(null, featuresMessage(version, methods)),
    });
    this.server.addService(v1Services.StreamsService, {
      read: (call: Parameters<typeof answerRead>[1]) => answerRead(this.store, call),
    });
    this.server.addService(v2Services.StreamsServiceService, {
      appendRecords: (
        call: AppendCall,
        answer: sendUnaryData<InstanceType<typeof v2.AppendRecordsResponse>>,
      ) => void this.append(call, answer),
    });
  }

  private async append(
    { request }: AppendCall,
    answer: sendUnaryData<InstanceType<typeof v2.AppendRecordsResponse>>,
  ): Promise<void> {
    const writes = writesIn(request);
    const streams = writes.map(({ stream }) => stream);
    this.appends.push(streams);
    const size = writes.reduce((bytes, write) => bytes + sizeOf(write), 0);
    const { maxAppendSize = 8 * 1024 * 1024, ignoresChecks = false } = this.options;
    if (size > maxAppendSize) return answer(tooLargeError(size, maxAppendSize));
    if (this.latency > 0) await sleep(this.latency);
    await this.held;
    const loss = this.losses.find(({ of }) => of(streams));
    if (!loss?.lasts) this.losses = this.losses.filter((other) => other !== loss);
    if (loss?.when === 'before') return this.cutConnections();
    const outcome = this.store.append(writes, ignoresChecks ? [] : checksIn(request));
    if (loss) return this.cutConnections();
    if ('revisions' in outcome) answer(null, takenMessage(outcome));
    else answer(violationError(outcome));
  }
}

/** Names and properties count, too. */
const sizeOf = ({ stream, type, data, properties }: DoubleWrite): number =>
  stream.length + type.length + data.length + JSON.stringify(properties).length;
