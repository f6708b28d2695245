import { type Amount, categoryOf, type LogStats, type RecordedEvent } from '@muster/eventsourcing';
import type { FeedReader } from './feed-reader.ts';

const PAGE = 1_000;
type Counted = { streams: Set<string>; events: number; bytes: number };

/** Counts what the log holds by reading it. */
export const countLog = async (
  reader: FeedReader,
  logId: string,
  onProgress?: (position: number, head: number) => void,
): Promise<LogStats> => {
  const head = await reader.head();
  const counted = new Map<string, Counted>();
  const commits = new Set<string>();
  let [first, last]: (RecordedEvent | undefined)[] = [];
  for (let after = 0; after < head; after = last!.position) {
    for (const event of await reader.page(after, Math.min(PAGE, head - after))) {
      const category = categoryOf(event.stream);
      const amount = counted.get(category) ?? { streams: new Set(), events: 0, bytes: 0 };
      counted.set(category, amount);
      amount.streams.add(event.stream);
      amount.events++;
      amount.bytes += Buffer.byteLength(JSON.stringify(event.data));
      commits.add(event.commitId);
      first ??= event;
      last = event;
    }
    onProgress?.(last!.position, head);
  }
  const amounts = [...counted].map(([category, amount]) => [category, amountOf(amount)] as const);
  const categories = Object.fromEntries(amounts.toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return {
    logId,
    head,
    commits: commits.size,
    total: amounts.reduce((total, [, amount]) => plus(total, amount), { ...NOTHING }),
    categories,
    firstRecordedAt: first?.recordedAt ?? null,
    lastRecordedAt: last?.recordedAt ?? null,
    fileBytes: null,
  };
};

const NOTHING: Amount = { streams: 0, events: 0, bytes: 0, aged: 0 };

const amountOf = ({ streams, events, bytes }: Counted): Amount => ({
  streams: streams.size,
  events,
  bytes,
  aged: 0,
});

const plus = (a: Amount, b: Amount): Amount => ({
  streams: a.streams + b.streams,
  events: a.events + b.events,
  bytes: a.bytes + b.bytes,
  aged: 0,
});
