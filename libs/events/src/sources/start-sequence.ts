import { JetStreamApiError, type JetStreamManager } from '@nats-io/jetstream';
import { placeOf } from './bus-message.ts';

const NO_MESSAGE_FOUND = 10_037;

/**
 * The sequence number of the first message of a stream behind a position of the log: halving, for positions grow with
 * sequence numbers. What grows too old while this looks counts as before it.
 */
export const startSequence = async (
  manager: JetStreamManager,
  stream: string,
  after: number,
): Promise<number> => {
  const { state } = await manager.streams.info(stream);
  let [low, high] = [state.first_seq, state.last_seq + 1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const position = await positionAt(manager, stream, middle);
    if (position === undefined || position <= after) low = middle + 1;
    else high = middle;
  }
  return Math.max(1, low);
};

const positionAt = async (
  manager: JetStreamManager,
  stream: string,
  seq: number,
): Promise<number | undefined> => {
  try {
    const message = await manager.streams.getMessage(stream, { seq });
    return message ? placeOf({ headers: message.header, subject: message.subject }).position : undefined;
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === NO_MESSAGE_FOUND) return undefined;
    throw error;
  }
};
