// A process that kills itself just before the nth thing it would change on disk:
// `dying.script.ts backup|restore|replace <from> <to> <n>`. Prints `done` where it came to its end before that.
import fs from 'node:fs';
import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { noon } from '@muster/eventsourcing/testing';

const [work = '', from = '', to = '', dieAt = '0'] = process.argv.slice(2);
let changes = 0;
const before = (): void => {
  if (++changes === Number(dieAt)) process.kill(process.pid, 'SIGKILL');
};
const dying = <F extends (...given: never[]) => unknown>(change: F): F =>
  ((...given: Parameters<F>) => (before(), change(...given))) as F;

fs.mkdirSync = dying(fs.mkdirSync);
fs.renameSync = dying(fs.renameSync);
fs.rmSync = dying(fs.rmSync);
fs.writeFileSync = dying(fs.writeFileSync);
promises.copyFile = dying(promises.copyFile);
syncBuiltinESMExports();

const { backup } = await import('../backup/backup.ts');
const { restore } = await import('../backup/restore.ts');
changes = 0;
if (work === 'backup')
  await backup(from, to, { now: noon, musterVersion: '1', pagesPerStep: 16, onProgress: before });
else await restore(from, to, { now: noon, replace: work === 'replace' });
process.stdout.write('done\n');
