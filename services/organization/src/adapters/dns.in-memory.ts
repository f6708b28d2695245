import { UnavailableError } from '@muster/kernel';
import type { Dns } from '../application/ports.ts';

/** A DNS that says what it is told, for tests. */
export class InMemoryDns implements Dns {
  private readonly records = new Map<string, readonly string[]>();
  /** Set, and no name server answers any more. */
  silent = false;

  publish(name: string, ...texts: readonly string[]): void {
    this.records.set(name, texts);
  }

  async texts(name: string): Promise<readonly string[]> {
    if (this.silent) throw new UnavailableError('dns');
    return this.records.get(name) ?? [];
  }
}
