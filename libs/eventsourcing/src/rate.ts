const WINDOW_MILLISECONDS = 5_000;

/** Events per second over the last five seconds. */
export class Rate {
  private marks: { readonly at: number; readonly count: number }[] = [];
  private readonly since: number;

  constructor(private readonly now: () => number = () => performance.now()) {
    this.since = now();
  }

  add(count: number): void {
    this.marks.push({ at: this.now(), count });
    // Forgetting costs as much as was remembered, so it is not done for each page.
    if (this.marks.length > 1_000) this.forget();
  }

  get perSecond(): number {
    this.forget();
    const counted = this.marks.reduce((sum, { count }) => sum + count, 0);
    const elapsed = Math.min(WINDOW_MILLISECONDS, this.now() - this.since);
    return elapsed > 0 ? Math.round((counted * 1_000) / elapsed) : 0;
  }

  private forget(): void {
    const from = this.now() - WINDOW_MILLISECONDS;
    this.marks = this.marks.filter(({ at }) => at > from);
  }
}
