import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  firstPointer,
  type LivePointer,
  otherSlot,
  type Slot,
  ViewConflict,
  type ViewName,
  type ViewSlot,
} from '@muster/eventsourcing';
import { catalogSchema } from './slot.schema.ts';
import { answering, inTransaction, SqliteFile } from './sqlite-file.ts';

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const FILE = /^(?<name>.+)-v(?<version>\d+)-(?<slot>a|b|scratch)\.(?<generation>\d+)\.db(-wal|-shm)?$/;

/** @throws where the view's name is not kebab-case: it becomes part of file names */
const checked = <V extends ViewName>(view: V): V => {
  if (!NAME.test(view.name) || !Number.isSafeInteger(view.version) || view.version < 1)
    throw new Error(`not a view name: ${view.name} v${view.version}`);
  return view;
};

/**
 * Knows the files of a directory: which slots there are, which generation of each is the present one, and which slot of a
 * view is live. Asked before every use of a slot, so that processes that share the directory agree at every moment; that
 * is a read of one row in a file of a few pages.
 */
export class Catalog {
  readonly file: SqliteFile;

  constructor(private readonly directory: string) {
    // A swap that was acknowledged stays: the one thing in these files that does not follow from the log.
    this.file = SqliteFile.open(join(directory, 'catalog.db'), 'PRAGMA synchronous = FULL;', catalogSchema);
    this.removeDropped();
  }

  pointer(view: ViewName): LivePointer {
    const { name, version } = checked(view);
    return answering(() => {
      const row = this.file
        .prepared('SELECT slot, previous, revision FROM pointers WHERE name = ? AND version = ?')
        .get(name, version);
      if (!row) return firstPointer;
      return {
        slot: row['slot'] as Slot,
        previous: row['previous'] === 1,
        revision: Number(row['revision']),
      };
    });
  }

  /** @throws ViewConflict */
  swap(view: ViewName, expected: LivePointer): Promise<LivePointer> {
    return this.inTransaction(() => {
      const { slot, revision } = this.pointer(view);
      if (slot !== expected.slot || revision !== expected.revision) throw new ViewConflict(view);
      return this.point(view, { slot: otherSlot(slot), previous: true, revision: revision + 1 });
    });
  }

  slots(): readonly ViewSlot[] {
    return answering(() =>
      this.file
        .prepared('SELECT name, version, slot FROM slots WHERE stored = 1 ORDER BY name, version, slot')
        .all()
        .map(({ name, version, slot }) => ({
          name: String(name),
          version: Number(version),
          slot: slot as ViewSlot['slot'],
        })),
    );
  }

  /** The file of a slot; undefined where nothing is stored. */
  path(slot: ViewSlot): string | undefined {
    const { generation, stored } = this.row(slot);
    return stored ? this.pathOf(slot, generation) : undefined;
  }

  /** The file of a slot that is about to be written to. */
  async claim(slot: ViewSlot): Promise<void> {
    if (this.row(slot).stored) return;
    await this.inTransaction(() => this.put(slot, this.row(slot).generation, true));
  }

  /** Forgets the slot's file, which nobody finds any more, and removes it. */
  async drop(slot: ViewSlot): Promise<void> {
    await this.inTransaction(() => {
      this.put(slot, this.row(slot).generation + 1, false);
      if (slot.slot === 'scratch') return;
      const pointer = this.pointer(slot);
      const previous = pointer.previous && slot.slot === pointer.slot;
      this.point(slot, { ...pointer, previous, revision: pointer.revision + 1 });
    });
    this.removeDropped();
  }

  close(): void {
    this.file.close();
  }

  private row(view: ViewSlot): { readonly generation: number; readonly stored: boolean } {
    const { name, version, slot } = checked(view);
    return answering(() => {
      const row = this.file
        .prepared('SELECT generation, stored FROM slots WHERE name = ? AND version = ? AND slot = ?')
        .get(name, version, slot);
      return row
        ? { generation: Number(row['generation']), stored: row['stored'] === 1 }
        : { generation: 1, stored: false };
    });
  }

  private put({ name, version, slot }: ViewSlot, generation: number, stored: boolean): void {
    const sql = 'REPLACE INTO slots VALUES (?, ?, ?, ?, ?)';
    this.file.run(sql, name, version, slot, generation, Number(stored));
  }

  private point({ name, version }: ViewName, pointer: LivePointer): LivePointer {
    const { slot, previous, revision } = pointer;
    this.file.run(
      'REPLACE INTO pointers VALUES (?, ?, ?, ?, ?)',
      name,
      version,
      slot,
      Number(previous),
      revision,
    );
    return pointer;
  }

  private pathOf({ name, version, slot }: ViewSlot, generation: number): string {
    return join(this.directory, `${name}-v${version}-${slot}.${generation}.db`);
  }

  /** Files of earlier generations: nobody opens them again; who has one open keeps it until they look here. */
  private removeDropped(): void {
    answering(() => {
      for (const file of readdirSync(this.directory)) {
        const { name, version, slot, generation } = FILE.exec(file)?.groups ?? {};
        if (name === undefined) continue;
        const present = this.row({ name, version: Number(version), slot: slot as ViewSlot['slot'] });
        if (Number(generation) < present.generation) rmSync(join(this.directory, file), { force: true });
      }
    });
  }

  private inTransaction<T>(work: () => T): Promise<T> {
    return inTransaction(() => this, work);
  }
}
