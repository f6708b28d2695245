type Waiter = { readonly after: number; readonly wake: () => void };

/** Those who wait for the head of a log to move past a position. */
export class HeadWaiters {
  private readonly waiting = new Set<Waiter>();

  get size(): number {
    return this.waiting.size;
  }

  /** Resolves once the head is past `after`, or when the signal aborts. */
  wait(after: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        this.waiting.delete(waiter);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      const waiter = { after, wake };
      this.waiting.add(waiter);
      signal.addEventListener('abort', wake, { once: true });
    });
  }

  /** Wakes all that wait for less than this head. */
  notify(head: number): void {
    for (const { after, wake } of this.waiting) if (head > after) wake();
  }
}
