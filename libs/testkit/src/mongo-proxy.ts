import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** `lost`: the command never reaches the server. `unanswered`: the server does it, and nobody hears of it. */
export type MongoFault = 'lost' | 'unanswered';

export type MongoProxyOptions = {
  /**
   * Lets one command through at a time. FerretDB's updates read, compare and then write, so that two that meet both
   * succeed; MongoDB's are atomic per document, and so are FerretDB's when no two of them meet.
   */
  readonly oneAtATime?: boolean;
};

const OP_MSG = 2_013;
const MORE_TO_COME = 2;

/** Stands before a MongoDB server, command by command, and breaks the connection where a test says so. */
export class MongoProxy {
  /** Asked for each command by its name; undefined lets it through, a promise holds it until then. */
  onCommand: (name: string) => MongoFault | undefined | Promise<MongoFault | undefined> = () => undefined;
  /** Changes a message before the server sees it. */
  onMessage: (message: Buffer) => Buffer = (message) => message;
  /** Changes what the server answers to a message. */
  onAnswer: (answer: Buffer, message: Buffer) => Buffer = (answer) => answer;
  private readonly sockets = new Set<Socket>();
  private turn: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly server: Server,
    private readonly target: { readonly host: string; readonly port: number },
    private readonly options: MongoProxyOptions,
  ) {
    server.on('connection', (client) => void this.serve(client));
  }

  static async start(url: string, options: MongoProxyOptions = {}): Promise<MongoProxy> {
    const { hostname: host, port } = new URL(url.replace(/^mongodb:/, 'http:'));
    const server = createServer();
    const proxy = new MongoProxy(server, { host, port: Number(port || 27_017) }, options);
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  urlOf(database: string): string {
    const { port } = this.server.address() as AddressInfo;
    return `mongodb://127.0.0.1:${port}/${database}?directConnection=true`;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => void this.server.close(resolve));
  }

  private async serve(client: Socket): Promise<void> {
    const upstream = connect(this.target);
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      this.sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        this.sockets.delete(socket);
        other.destroy();
      });
    }
    const answers = messagesOf(upstream);
    try {
      for await (const message of messagesOf(client))
        await this.inTurn(nameOf(message), () => this.pass(message, client, upstream, answers));
    } catch {
      // The connection ended; so does its other half.
    } finally {
      client.destroy();
      upstream.destroy();
    }
  }

  private async pass(
    message: Buffer,
    client: Socket,
    upstream: Socket,
    answers: AsyncGenerator<Buffer>,
  ): Promise<void> {
    const fault = await this.onCommand(nameOf(message));
    if (fault === 'lost') return void client.destroy();
    upstream.write(this.onMessage(message));
    if (expectsNoAnswer(message)) return;
    const { value: answer } = (await answers.next()) as IteratorResult<Buffer, undefined>;
    if (fault === 'unanswered' || !answer) return void client.destroy();
    client.write(this.onAnswer(answer, message));
  }

  private inTurn(name: string, work: () => Promise<void>): Promise<void> {
    // Whoever asks only whether the server lives is not to wait for a long command, and to think that it does not.
    if (!this.options.oneAtATime || name === 'hello') return work();
    const result = this.turn.then(work);
    this.turn = result.catch(() => undefined);
    return result;
  }
}

/** Each message begins with its length. */
async function* messagesOf(socket: Socket): AsyncGenerator<Buffer> {
  let rest = Buffer.alloc(0);
  for await (const chunk of socket) {
    rest = Buffer.concat([rest, chunk as Buffer]);
    while (rest.length >= 4 && rest.length >= rest.readInt32LE(0)) {
      const length = rest.readInt32LE(0);
      yield rest.subarray(0, length);
      rest = rest.subarray(length);
    }
  }
}

/** The first element of the body is the command: header (16 bytes), flags (4), kind (1), length (4), type (1), name. */
const nameOf = (message: Buffer): string => {
  if (message.readInt32LE(12) !== OP_MSG) return 'hello';
  return message.subarray(26, message.indexOf(0, 26)).toString();
};

const expectsNoAnswer = (message: Buffer): boolean =>
  message.readInt32LE(12) === OP_MSG && (message.readUInt32LE(16) & MORE_TO_COME) !== 0;
