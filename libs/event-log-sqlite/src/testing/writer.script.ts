// A process that appends until it is done or killed: `writer.script.ts <file> <name> <from> <count>`.
// Prints `<commit number> <position>` for each acknowledged commit, as soon as it is acknowledged.
import { writeSync } from 'node:fs';
import { RevisionConflict } from '@muster/eventsourcing';
import { aCommit, door, writeTo } from '@muster/eventsourcing/testing';
import { SqliteEventLog } from '../sqlite.event-log.ts';

const [file = '', name = '', from = '1', count = '1'] = process.argv.slice(2);
const log = await SqliteEventLog.open(file);
const counter = door('counter');
let next = Number(from);
let revision = -1;

/** Counts up in the stream that all processes write, and names the commit in one of its own. */
const append = async (n: number): Promise<number> => {
  for (;;) {
    const seen = revision;
    const expect = seen < 0 ? ('noStream' as const) : { revision: seen };
    const writes = [
      writeTo(counter, [{ counted: seen + 1 }], { expect }),
      writeTo(door(name), [{ n }, { n }]),
    ];
    try {
      const { position } = await log.append(aCommit({ commitId: `${name}-${n}`, writes }));
      revision = Math.max(revision, seen + 1);
      return position;
    } catch (error) {
      if (!(error instanceof RevisionConflict)) throw error;
      revision = error.actual;
    }
  }
};

const work = async (): Promise<void> => {
  while (next < Number(from) + Number(count)) {
    const n = next++;
    writeSync(1, `${n} ${await append(n)}\n`);
  }
};
await Promise.all([work(), work(), work()]);
await log.close();
