import type { EventLog, LogStretch } from './event-log.ts';
import { categoryOf } from './stream-name.ts';

/**
 * Up to `limit` positions of the log, of which only the events of these categories are wanted: most views take a small
 * part of all events. Logs that cannot leave the others unread read them, and they are left out here.
 */
export const readStretch = async (
  log: EventLog,
  after: number,
  limit: number,
  categories: ReadonlySet<string>,
): Promise<LogStretch> => {
  if (log.readStretch) return log.readStretch(after, limit, categories);
  const page = await log.readAll(after, limit);
  const events = page.filter(({ stream }) => categories.has(categoryOf(stream)));
  return { after, upTo: page.at(-1)?.position ?? after, events };
};
