type Entry = { readonly at: number; readonly order: number; readonly happen: (at: number) => void };

const isBefore = (a: Entry, b: Entry): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

/** What is still to happen, earliest first (a binary heap). */
export class Timeline {
  private readonly heap: Entry[] = [];
  private order = 0;

  get nextAt(): number | undefined {
    return this.heap[0]?.at;
  }

  /** `at`: milliseconds since the epoch. */
  plan(at: number, happen: (at: number) => void): void {
    const { heap } = this;
    const entry = { at, order: this.order++, happen };
    let hole = heap.length;
    for (let parent = (hole - 1) >> 1; hole > 0 && isBefore(entry, heap[parent]!); parent = (hole - 1) >> 1) {
      heap[hole] = heap[parent]!;
      hole = parent;
    }
    heap[hole] = entry;
  }

  /** Lets the earliest entry happen. */
  step(): void {
    const { heap } = this;
    const first = heap[0]!;
    const last = heap.pop()!;
    if (heap.length > 0) this.sink(last);
    first.happen(first.at);
  }

  private sink(entry: Entry): void {
    const { heap } = this;
    let hole = 0;
    for (;;) {
      let child = 2 * hole + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!isBefore(heap[child]!, entry)) break;
      heap[hole] = heap[child]!;
      hole = child;
    }
    heap[hole] = entry;
  }
}
