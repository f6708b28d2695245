import { MongoProxy } from '@muster/testkit';
import { mongo } from 'mongoose';

const { deserialize, serialize } = mongo.BSON;

/** Header (16 bytes), flags (4), kind of the first section (1); then the body. */
const BODY_AT = 21;
const OP_MSG = 2_013;
const EXACT = { promoteValues: false, promoteBuffers: false } as const;

const isMessage = (message: Buffer): boolean =>
  message.readInt32LE(12) === OP_MSG && message[BODY_AT - 1] === 0;

const bodyOf = (message: Buffer): Record<string, unknown> =>
  deserialize(message.subarray(BODY_AT, BODY_AT + message.readInt32LE(BODY_AT)), EXACT);

const withBody = (message: Buffer, body: Record<string, unknown>): Buffer => {
  const rest = message.subarray(BODY_AT + message.readInt32LE(BODY_AT));
  const changed = Buffer.concat([message.subarray(0, BODY_AT), serialize(body), rest]);
  changed.writeInt32LE(changed.length, 0);
  return changed;
};

/**
 * Stands before a server without transactions and says that it has some. What a transaction writes is there at once, and an
 * abort takes nothing back: good for the order of commands and for what each says, not for atomicity.
 */
export class TransactionsDouble {
  /** Commands so far, each as `update in transaction` or `find`. */
  readonly commands: string[] = [];

  private constructor(readonly proxy: MongoProxy) {}

  static async start(url: string): Promise<TransactionsDouble> {
    const proxy = await MongoProxy.start(url);
    const double = new TransactionsDouble(proxy);
    proxy.onMessage = (message) => (isMessage(message) ? double.without(message) : message);
    proxy.onAnswer = (answer, message) => (isMessage(message) ? greeting(answer, message) : answer);
    return double;
  }

  /** The command as a server takes it that has no transactions. */
  private without(message: Buffer): Buffer {
    const body = bodyOf(message);
    const [name = ''] = Object.keys(body);
    this.commands.push(`${name}${'autocommit' in body ? ' in transaction' : ''}`);
    if (name === 'commitTransaction' || name === 'abortTransaction')
      return withBody(message, { ping: 1, $db: 'admin' });
    const { txnNumber: _, startTransaction: _first, autocommit: _all, readConcern: _as, ...plain } = body;
    return withBody(message, plain);
  }
}

const greeting = (answer: Buffer, message: Buffer): Buffer => {
  if (!('hello' in bodyOf(message))) return answer;
  return withBody(answer, { ...bodyOf(answer), setName: 'rs0', logicalSessionTimeoutMinutes: 30 });
};
