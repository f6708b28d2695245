import { setImmediate as nextTurn } from 'node:timers/promises';
import { UnavailableError } from '@muster/kernel';
import { InMemoryEventLog } from '../in-memory/in-memory.event-log.ts';
import { InMemoryKeyStore } from '../in-memory/in-memory.key-store.ts';
import { InMemoryReadStore } from '../in-memory/in-memory.read-store.ts';
import type { ViewSlot, ViewWrite } from '../read-store.ts';

/** A log that can be unreachable. */
export class FaultyEventLog extends InMemoryEventLog {
  down = false;

  override async readAll(after: number, limit: number) {
    this.answer();
    return super.readAll(after, limit);
  }

  override async head() {
    this.answer();
    return super.head();
  }

  override recentHead(within: number) {
    return this.down ? undefined : super.recentHead(within);
  }

  private answer(): void {
    if (this.down) throw new UnavailableError('event log');
  }
}

/** Keys that can be unreachable. */
export class FaultyKeyStore extends InMemoryKeyStore {
  down = false;

  override async find(keyIds: readonly string[]) {
    if (this.down) throw new UnavailableError('key store');
    return super.find(keyIds);
  }
}

/**
 * A store that takes its time, so that others get between its calls, and fails its writes as told: `before` nothing
 * was written, `after` all was, but the writer does not learn it.
 */
export class FaultyReadStore extends InMemoryReadStore {
  fails: () => 'before' | 'after' | undefined = () => undefined;
  writing = 0;
  mostWriting = 0;

  override async write(slot: ViewSlot, write: ViewWrite): Promise<void> {
    this.mostWriting = Math.max(this.mostWriting, ++this.writing);
    try {
      await nextTurn();
      const failure = this.fails();
      if (failure === 'before') throw new Error('connection lost');
      await super.write(slot, write);
      if (failure === 'after') throw new Error('connection lost');
    } finally {
      this.writing--;
    }
  }

  override async getMany(slot: ViewSlot, ids: readonly string[]) {
    await nextTurn();
    const documents = await super.getMany(slot, ids);
    await nextTurn();
    return documents;
  }

  override async parked(slot: ViewSlot) {
    await nextTurn();
    return super.parked(slot);
  }
}
