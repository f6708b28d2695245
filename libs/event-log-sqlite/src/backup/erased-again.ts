import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { aggregateIdOf, sealingKeyId } from '@muster/eventsourcing';
import { sync } from './files.ts';

/** What says for ever that a subject's key is destroyed: the subject is the aggregate of its stream (R54). */
const ERASED = 'member.MemberErased';

/**
 * Destroys again what was destroyed after a key backup was taken, as far as it is known: by the log that is restored,
 * and by the key store that is replaced. Works on the file: no master key is needed to destroy. Tells how many keys the
 * backup still had.
 */
export const buryAgain = (files: {
  readonly log: string;
  readonly keys: string;
  readonly replaced: string;
}): number => {
  const keys = new DatabaseSync(files.keys);
  try {
    keys.exec('PRAGMA secure_delete = ON; BEGIN');
    const bury = keys.prepare('UPDATE keys SET wrapped = NULL WHERE key_id = ? AND wrapped IS NOT NULL');
    const remember = keys.prepare('INSERT OR IGNORE INTO keys VALUES (?, NULL)');
    let buried = 0;
    for (const keyId of [...erasedIn(files.log), ...destroyedIn(files.replaced)]) {
      buried += Number(bury.run(keyId).changes);
      remember.run(keyId);
    }
    keys.exec('COMMIT');
    return buried;
  } finally {
    keys.close();
    sync(files.keys);
  }
};

const erasedIn = (file: string): readonly string[] => {
  const log = new DatabaseSync(file, { readOnly: true });
  try {
    const rows = log
      .prepare(
        `SELECT s.name, s.organization_id AS organizationId, json_extract(c.metadata, '$.projectId') AS projectId
         FROM events e JOIN streams s ON s.number = e.stream_number JOIN commits c ON c.number = e.commit_number
         WHERE e.type = ?`,
      )
      .all(ERASED) as { name: string; organizationId: string | null; projectId: string }[];
    return rows.map(({ name, ...place }) => sealingKeyId(place, aggregateIdOf(name)));
  } finally {
    log.close();
  }
};

/** Where there is a key store to be replaced and it can be read: what it has destroyed stays so. */
const destroyedIn = (file: string): readonly string[] => {
  if (!existsSync(file)) return [];
  try {
    const keys = new DatabaseSync(file);
    try {
      return keys
        .prepare('SELECT key_id FROM keys WHERE wrapped IS NULL')
        .all()
        .map((row) => String(row['key_id']));
    } finally {
      keys.close();
    }
  } catch {
    return []; // It may be damaged: that is what restoring is for.
  }
};
