/** A record as the double keeps it; `at` grows by the record's size, like a place in a file. */
export type DoubleRecord = {
  readonly stream: string;
  readonly id: string;
  readonly type: string;
  /** Bytes as they came. */
  readonly data: Uint8Array;
  readonly properties: Readonly<Record<string, string>>;
  readonly revision: number;
  readonly at: number;
  readonly created: number;
};

export type DoubleWrite = Pick<DoubleRecord, 'stream' | 'id' | 'type' | 'data' | 'properties'>;

/** `state` as on the wire: -1 no stream, -2 any, -4 exists, else a revision. */
export type DoubleCheck = { readonly stream: string; readonly state: number };
export type Violation = DoubleCheck & { readonly index: number; readonly actual: number };

export type Taken = { readonly at: number; readonly revisions: ReadonlyMap<string, number> };

const NO_STREAM = -1;
const ANY = -2;
const EXISTS = -4;

const meets = (actual: number, state: number): boolean => {
  if (state === ANY) return true;
  return state === EXISTS ? actual >= 0 : actual === state;
};

/** The log of the double: what the server promises of appends and reads, and nothing more. Outlives restarts. */
export class DoubleStore {
  records: DoubleRecord[] = [];
  private readonly heads = new Map<string, number>();
  private readonly watchers = new Set<() => void>();
  private end = 0;

  /** All checks first, against streams written or not; then all records in the order given, or none. */
  append(writes: readonly DoubleWrite[], checks: readonly DoubleCheck[]): Taken | readonly Violation[] {
    const violations = checks
      .map((check, index) => ({ ...check, index, actual: this.head(check.stream) }))
      .filter(({ state, actual }) => !meets(actual, state));
    if (violations.length > 0) return violations;
    for (const write of writes) this.put(write);
    for (const watcher of this.watchers) watcher();
    const revisions = new Map(writes.map(({ stream }) => [stream, this.head(stream)]));
    return { at: this.records.at(-1)!.at, revisions };
  }

  stream(name: string): readonly DoubleRecord[] {
    return this.records.filter(({ stream }) => stream === name);
  }

  /** Calls back after each append, until the returned function is called. */
  watch(watcher: () => void): () => void {
    this.watchers.add(watcher);
    return () => void this.watchers.delete(watcher);
  }

  private head(stream: string): number {
    return this.heads.get(stream) ?? NO_STREAM;
  }

  private put(write: DoubleWrite): void {
    const revision = this.head(write.stream) + 1;
    this.heads.set(write.stream, revision);
    this.records.push({ ...write, revision, at: this.end, created: Date.now() });
    this.end += 100 + write.data.length;
  }
}
