import { Worker } from 'node:worker_threads';

// A file that is written anew holds live rows only. SQLite's `secure_delete` overwrites rows that go, but rows that moved
// to another page when the tree was balanced leave their bytes on the old one, where nothing overwrites them.
// On a thread of its own, as plain script: it takes as long as the file is large, and needs nothing but the engine.
const SCRIPT = `
  const { workerData } = require('node:worker_threads');
  const { DatabaseSync } = require('node:sqlite');
  const database = new DatabaseSync(workerData);
  database.exec('PRAGMA busy_timeout = 5000; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY; VACUUM');
  database.close();`;

/** Writes a file anew, so that nothing is in it but what it holds. Readers go on; writers wait. */
export const writeAnew = (path: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(SCRIPT, { eval: true, workerData: path, execArgv: ['--no-warnings'] });
    worker.once('error', reject);
    worker.once('exit', () => resolve());
  });
