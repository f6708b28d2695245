import type { Appended, Commit, EventLog } from '@muster/eventsourcing';
import { KurrentDbEventLog, type KurrentDbEventLogOptions } from '../kurrentdb.event-log.ts';

const ASK_AGAIN: readonly string[] = ['AppendOutcomeUnknown', 'UnavailableError'];

/** Asks again as long as the server cannot be reached or the outcome is not known (E8); other errors are errors. */
export const stubbornly = async <T>(ask: () => Promise<T>): Promise<T> => {
  for (;;)
    try {
      return await ask();
    } catch (error) {
      if (!ASK_AGAIN.includes((error as Error).name)) throw error;
    }
};

/** As `handleCommand` does it: the same commit, until there is an answer. */
export const stubbornAppend = (log: EventLog, commit: Commit): Promise<Appended> =>
  stubbornly(() => log.append(commit));

/** A process that is started again until it is let in. */
export const stubbornOpen = (url: string, options?: KurrentDbEventLogOptions): Promise<KurrentDbEventLog> =>
  stubbornly(() => KurrentDbEventLog.open(url, options));
