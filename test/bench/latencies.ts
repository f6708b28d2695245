/** How long things took, in milliseconds. */
export class Latencies {
  private readonly taken: number[] = [];

  add(milliseconds: number): void {
    this.taken.push(milliseconds);
  }

  get count(): number {
    return this.taken.length;
  }

  /** At most so long took that share of them (0.99: the p99). */
  quantile(share: number): number {
    const sorted = this.taken.toSorted((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0;
  }
}
