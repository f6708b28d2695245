import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { subscriptionStoreContract } from '../testing/subscription-store.contract.ts';
import { SqliteSubscriptionStore } from './sqlite.subscription-store.ts';

const scratch = mkdtempSync(join(tmpdir(), 'muster-subscriptions-'));
const opened: DatabaseSync[] = [];
afterAll(() => {
  for (const database of opened) database.close();
  rmSync(scratch, { recursive: true, force: true });
});

let files = 0;
subscriptionStoreContract('SqliteSubscriptionStore', async () => {
  const file = join(scratch, `${++files}.db`);
  const database = () => {
    const made = new DatabaseSync(file);
    opened.push(made);
    return made;
  };
  const own = database();
  own.exec('CREATE TABLE written (value TEXT)');
  return {
    open: async () => new SqliteSubscriptionStore(database()),
    write: async (transaction, value) =>
      void transaction.prepare('INSERT INTO written VALUES (?)').run(value),
    written: async () =>
      own
        .prepare('SELECT value FROM written')
        .all()
        .map((row) => String(row['value'])),
  };
});
