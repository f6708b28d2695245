import type { KurrentDbConnection } from './kurrentdb-connection.ts';
import { asUnavailable, classOf } from './kurrentdb-errors.ts';
import { ownRecord } from './records.ts';
import { ABSENT_STREAM, PROBE_STREAM } from './stream-names.ts';

/** The first server that checks streams an append does not write (`AppendRecords`); 25.1 writes several, unchecked. */
export const SERVER_VERSION = '26.1';
/** The largest commit within the limits of the port, with its properties and its unique keys. */
export const APPEND_BYTES = 6 * 1024 * 1024;

/** The server cannot keep what the port promises, so it is not used at all (E1, E9). */
export class ServerUnfit extends Error {
  constructor(message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = 'ServerUnfit';
  }
}

/**
 * Asks for an append that has to fail: as large as a commit can be, and on the condition that a stream it does not write
 * exists, which never does. The only right answer is that the condition is not met.
 * @throws ServerUnfit, UnavailableError
 */
export const requireFitServer = async (connection: KurrentDbConnection): Promise<void> => {
  const probe = ownRecord(PROBE_STREAM, 'muster.Probe', { padding: 'x'.repeat(APPEND_BYTES) });
  const outcome = await connection
    .append([probe], [{ stream: ABSENT_STREAM, state: 'stream_exists' }])
    .catch((error: unknown) => {
      throw unfit(error);
    });
  if (outcome !== 'violated')
    throw new ServerUnfit(
      `KurrentDB ${SERVER_VERSION} or newer is needed: this server did not check a stream that an append does not write`,
    );
};

const unfit = (error: unknown): Error => {
  if ((error as { readonly type?: string }).type === 'unsupported')
    return new ServerUnfit(
      `KurrentDB ${SERVER_VERSION} or newer is needed: this server has no AppendRecords, so a commit could not be checked and written as one`,
      { cause: error },
    );
  if (classOf(error) === 'tooLarge')
    return new ServerUnfit(
      `KurrentDB must take appends of ${APPEND_BYTES} bytes: start it with MaxAppendSize 8388608 (KURRENTDB_MAX_APPEND_SIZE)`,
      { cause: error },
    );
  return asUnavailable(error);
};
