import { UnavailableError } from '@muster/kernel';
import { v7 as uuidv7 } from 'uuid';
import type { KurrentDbConnection } from './kurrentdb-connection.ts';
import { asUnavailable } from './kurrentdb-errors.ts';
import { ownRecord } from './records.ts';
import { LOG_STREAM } from './stream-names.ts';

/** The id of the log in this server; of processes that begin one at the same time, the first gives it (E14). */
export const openLogId = async (connection: KurrentDbConnection): Promise<string> => {
  const known = await logIdIn(connection);
  if (known !== undefined) return known;
  const begun = ownRecord(LOG_STREAM, 'muster.LogBegun', { logId: uuidv7(), schemaVersion: 1 });
  await connection.append([begun], [{ stream: LOG_STREAM, state: 'no_stream' }]).catch((error: unknown) => {
    throw asUnavailable(error);
  });
  const logId = await logIdIn(connection);
  if (logId === undefined) throw new UnavailableError('event log');
  return logId;
};

const logIdIn = async (connection: KurrentDbConnection): Promise<string | undefined> => {
  const [begun] = await connection.stream(LOG_STREAM, 0, 1);
  if (!begun) return undefined;
  const { logId, schemaVersion } = begun.data as { readonly logId: string; readonly schemaVersion: number };
  if (schemaVersion !== 1) throw new Error(`this log has schema version ${schemaVersion}; 1 is known here`);
  return logId;
};
