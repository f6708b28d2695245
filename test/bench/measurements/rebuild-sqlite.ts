import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { RebuildParameters, RebuildResult } from './rebuild-muster.ts';

const PAGE = 20_000;
const categories = { members: 'member-', 'open-logins': 'login-' } as const;

type Row = readonly [position: number, stream: string, data: string];

/** By hand: the same rows are read, the view's parsed and written as its document, nothing opened, nothing indexed. */
export const run = ({ dataDirectory, directory, view }: RebuildParameters): Promise<RebuildResult> => {
  const log = new DatabaseSync(join(dataDirectory, 'log.db'), { readOnly: true });
  const target = new DatabaseSync(join(directory, 'raw.db'));
  target.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
    CREATE TABLE documents (id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID`);
  const upsert = target.prepare('INSERT OR REPLACE INTO documents VALUES (?, ?)');
  const select = log.prepare(
    `SELECT e.position, s.name, e.data FROM events e JOIN streams s ON s.number = e.stream_number
     WHERE e.position > ? ORDER BY e.position LIMIT ${PAGE}`,
  );
  select.setReturnArrays(true);
  const started = performance.now();
  for (let position = 0; ;) {
    const rows = select.all(position) as unknown as readonly Row[];
    if (rows.length === 0) {
      const took = performance.now() - started;
      log.close();
      target.close();
      return Promise.resolve({ perSecond: (position / took) * 1_000, events: position });
    }
    target.exec('BEGIN');
    for (const [, stream, data] of rows)
      if (stream.startsWith(categories[view]))
        upsert.run(stream, JSON.stringify({ stream, ...(JSON.parse(data) as object) }));
    target.exec('COMMIT');
    position = rows.at(-1)![0];
  }
};
