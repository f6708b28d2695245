import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

const HEADER_BYTES = 12;
const TXT = 16;
const IN = 1;
const NAME_ERROR = 3;
/** Response, recursion available. */
const ANSWER_FLAGS = 0x8180;
/** A pointer to the question's name (RFC 1035 §4.1.4). */
const NAME_POINTER = 0xc00c;

/** A name server on the loopback that knows nothing but the TXT records a test gives it (RFC 1035, UDP only). */
export class DnsServer {
  private readonly records = new Map<string, readonly string[]>();

  private constructor(private readonly socket: Socket) {
    socket.on('message', (query, from) => {
      const answer = this.answer(query);
      if (answer) socket.send(answer, from.port, from.address);
    });
  }

  static async start(): Promise<DnsServer> {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new DnsServer(socket);
  }

  /** `127.0.0.1:port`, for `MUSTER_DNS_SERVERS`. */
  get address(): string {
    return `127.0.0.1:${(this.socket.address() as AddressInfo).port}`;
  }

  /** From now on the name has exactly these TXT records; none: it does not exist. */
  setTxt(name: string, ...values: readonly string[]): void {
    this.records.set(name.toLowerCase(), values);
  }

  async stop(): Promise<void> {
    this.socket.close();
    await once(this.socket, 'close');
  }

  private answer(query: Buffer): Buffer | undefined {
    const question = questionIn(query);
    if (!question) return undefined;
    const found = (question.type === TXT && this.records.get(question.name)) || [];
    const header = Buffer.alloc(HEADER_BYTES);
    query.copy(header, 0, 0, 2);
    header.writeUInt16BE(ANSWER_FLAGS | (found.length === 0 ? NAME_ERROR : 0), 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(found.length, 6);
    return Buffer.concat([header, question.bytes, ...found.map(txtRecord)]);
  }
}

type Question = { readonly name: string; readonly type: number; readonly bytes: Buffer };

const questionIn = (query: Buffer): Question | undefined => {
  const labels: string[] = [];
  let at = HEADER_BYTES;
  while (at < query.length && query[at] !== 0) {
    const length = query[at]!;
    labels.push(query.toString('ascii', at + 1, at + 1 + length));
    at += 1 + length;
  }
  const end = at + 5;
  if (end > query.length) return undefined;
  const name = labels.join('.').toLowerCase();
  return { name, type: query.readUInt16BE(at + 1), bytes: query.subarray(HEADER_BYTES, end) };
};

const txtRecord = (text: string): Buffer => {
  const data = Buffer.concat([Buffer.from([Buffer.byteLength(text)]), Buffer.from(text)]);
  const head = Buffer.alloc(HEADER_BYTES);
  head.writeUInt16BE(NAME_POINTER, 0);
  head.writeUInt16BE(TXT, 2);
  head.writeUInt16BE(IN, 4);
  head.writeUInt32BE(0, 6);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
};
