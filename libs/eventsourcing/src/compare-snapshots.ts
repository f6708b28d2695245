import { createHash, type Hash } from 'node:crypto';
import { canonicalJson, type Json } from '@muster/kernel';
import { breather } from './breather.ts';
import { differingPaths } from './differing-paths.ts';
import { byteOrder, type IndexEntry, type SnapshotDocument, type ViewSnapshot } from './read-store.ts';
import type { Comparison } from './view-builder.ts';
import type { ViewChecksum, ViewDifference } from './view-operations.ts';

/** What a snapshot holds, in one number that every read store gives (E24). */
export const checksumOf = async (snapshot: ViewSnapshot, signal: AbortSignal): Promise<ViewChecksum> => {
  const sum = new Checksum(snapshot);
  const breathe = breather(signal);
  for await (const document of snapshot.documents()) {
    sum.addDocument(canonical(document));
    await breathe();
  }
  for await (const entry of snapshot.entries()) {
    sum.addEntry(entry);
    await breathe();
  }
  return sum.result();
};

/** Reads both once, side by side, in the order they share. */
export const compareSnapshots = async (
  live: ViewSnapshot,
  other: ViewSnapshot,
  signal: AbortSignal,
): Promise<Comparison> => {
  const sums = { live: new Checksum(live), other: new Checksum(other) };
  const breathe = breather(signal);
  let difference: ViewDifference | null = null;
  for await (const [ours, theirs] of aligned(live.documents(), other.documents(), byId)) {
    const mine = ours && canonical(ours);
    const same = ours && theirs && ours.body === theirs.body && ours.indexes === theirs.indexes;
    const its = same ? mine : theirs && canonical(theirs);
    if (mine !== undefined) sums.live.addDocument(mine);
    if (its !== undefined) sums.other.addDocument(its);
    if (mine !== its) difference ??= documentDifference(ours, theirs);
    await breathe();
  }
  for await (const [ours, theirs] of aligned(live.entries(), other.entries(), byEntry)) {
    if (ours) sums.live.addEntry(ours);
    if (theirs) sums.other.addEntry(theirs);
    if (ours?.folded !== theirs?.folded) difference ??= entryDifference((ours ?? theirs)!);
    await breathe();
  }
  const result = { live: sums.live.result(), other: sums.other.result() };
  return { ...result, equal: result.live.checksum === result.other.checksum, difference };
};

/** SHA-256 over documents in order of ids, then entries in order of field, value and id. */
class Checksum {
  private readonly hash: Hash = createHash('sha256');
  private pending = '';
  private documents = 0;

  constructor(private readonly snapshot: ViewSnapshot) {}

  addDocument(line: string): void {
    this.documents++;
    this.add(line);
  }

  addEntry({ field, value, id, folded }: IndexEntry): void {
    this.add(JSON.stringify([field, value, id, folded]));
  }

  result(): ViewChecksum {
    this.hash.update(this.pending);
    const position = this.snapshot.checkpoint?.position ?? 0;
    return { position, checksum: this.hash.digest('hex'), documents: this.documents };
  }

  private add(line: string): void {
    this.pending += `${line}\n`;
    if (this.pending.length < 65_536) return;
    this.hash.update(this.pending);
    this.pending = '';
  }
}

const canonical = ({ id, body, indexes }: SnapshotDocument): string =>
  `${JSON.stringify(id)}:${canonicalJson(JSON.parse(body) as Json)}:${canonicalJson(JSON.parse(indexes) as Json)}`;

const byId = (a: SnapshotDocument, b: SnapshotDocument): number => byteOrder(a.id, b.id);

const byEntry = (a: IndexEntry, b: IndexEntry): number =>
  byteOrder(a.field, b.field) || byteOrder(a.value, b.value) || byteOrder(a.id, b.id);

/** Two ordered sequences as one of pairs; undefined where the other has something that comes first. */
async function* aligned<T>(
  left: Iterable<T> | AsyncIterable<T>,
  right: Iterable<T> | AsyncIterable<T>,
  order: (a: T, b: T) => number,
): AsyncGenerator<readonly [T | undefined, T | undefined]> {
  const [lefts, rights] = [iterator(left), iterator(right)];
  let [a, b] = [await lefts.next(), await rights.next()];
  while (!a.done || !b.done) {
    const first = a.done ? 1 : b.done ? -1 : order(a.value, b.value);
    yield [first <= 0 ? (a.value as T) : undefined, first >= 0 ? (b.value as T) : undefined];
    if (first <= 0) a = await lefts.next();
    if (first >= 0) b = await rights.next();
  }
}

const iterator = <T>(values: Iterable<T> | AsyncIterable<T>): Iterator<T> | AsyncIterator<T> =>
  Symbol.asyncIterator in values ? values[Symbol.asyncIterator]() : values[Symbol.iterator]();

const documentDifference = (
  ours: SnapshotDocument | undefined,
  theirs: SnapshotDocument | undefined,
): ViewDifference => {
  if (!ours) return { id: theirs!.id, kind: 'missing in live', paths: [] };
  if (!theirs) return { id: ours.id, kind: 'only in live', paths: [] };
  const paths = [
    ...differingPaths(JSON.parse(ours.body) as Json, JSON.parse(theirs.body) as Json),
    ...differingIndexes(JSON.parse(ours.indexes), JSON.parse(theirs.indexes)),
  ];
  return { id: ours.id, kind: 'differs', paths };
};

const differingIndexes = (ours: Record<string, Json>, theirs: Record<string, Json>): readonly string[] =>
  [...new Set([...Object.keys(ours), ...Object.keys(theirs)])]
    .filter((field) => canonicalJson(ours[field] ?? []) !== canonicalJson(theirs[field] ?? []))
    .map((field) => `index:${field}`);

const entryDifference = ({ id, field }: IndexEntry): ViewDifference => ({
  id,
  kind: 'differs',
  paths: [`index:${field}`],
});
