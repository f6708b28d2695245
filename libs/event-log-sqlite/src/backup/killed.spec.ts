import { spawn } from 'node:child_process';
import { cpSync, existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { noon } from '@muster/eventsourcing/testing';
import { fillDirectory, openDirectory, withDirectory } from '../testing/data-directory.ts';
import { testDirectory } from '../testing/files.ts';
import { backup } from './backup.ts';
import type { BackupError } from './backup-error.ts';
import { restore } from './restore.ts';
import { verifyBackup } from './verify-backup.ts';

const path = testDirectory();
const AT_ONCE = 3;

/** The work in another process, which dies just before the nth change it makes. Tells whether it had finished. */
const dying = async (work: 'backup' | 'restore' | 'replace', from: string, to: string, n: number) => {
  const script = fileURLToPath(new URL('../testing/dying.script.ts', import.meta.url));
  const root = fileURLToPath(new URL('../../../../', import.meta.url));
  const child = spawn(
    process.execPath,
    ['--conditions=@muster/source', '--import', './tools/register.mjs', script, work, from, to, `${n}`],
    { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let out = '';
  child.stdout.on('data', (text: Buffer) => (out += text.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  const finished = out === 'done\n';
  expect(finished ? 0 : null).toBe(code);
  return finished;
};

/** Dies at the first change, at the second, … until there are no more. Tells how many there were. */
const atEveryChange = async (attempt: (n: number) => Promise<boolean>): Promise<number> => {
  for (let n = 1; ; n += AT_ONCE) {
    const finished = await Promise.all(Array.from({ length: AT_ONCE }, (_, more) => attempt(n + more)));
    if (finished.every(Boolean)) return n - 1 + finished.indexOf(true);
  }
};

describe('killed at every single change to the disk', () => {
  beforeEach(() => fillDirectory(path('data'), 300));

  it('a backup is whole, or says that it is not', async () => {
    const changes = await atEveryChange(async (n) => {
      const target = path(`copy-${n}`);
      const finished = await dying('backup', path('data'), target, n);
      const { ok } = await verifyBackup(target, { now: noon });
      expect(ok).toBe(finished);
      const restored = restore(target, path(`new-${n}`), { now: noon });
      expect(await restored.then(() => 'none', faultOf)).toBe(finished ? 'none' : 'incomplete');
      return finished;
    });
    expect(changes).toBeGreaterThanOrEqual(10);
  }, 120_000);

  it('a data directory is restored, or opens no log until it is', async () => {
    await backup(path('data'), path('copy'), { now: noon, musterVersion: '1' });
    const changes = await atEveryChange(async (n) => {
      const target = path(`new-${n}`);
      const finished = await dying('restore', path('copy'), target, n);
      const underWay = existsSync(`${target}/.restoring`);
      expect(underWay && (await opens(target))).toBe(false);
      if (!finished) await restore(path('copy'), target, { now: noon });
      await holdsAll(target);
      return finished;
    });
    expect(changes).toBeGreaterThanOrEqual(8);
  }, 120_000);

  it('a data directory that is replaced is the old one, the new one, or opens no log; the old one is never lost', async () => {
    await backup(path('data'), path('copy'), { now: noon, musterVersion: '1' });
    const changes = await atEveryChange(async (n) => {
      const target = path(`old-${n}`);
      cpSync(path('data'), target, { recursive: true });
      const finished = await dying('replace', path('copy'), target, n);
      if (!finished) await restore(path('copy'), target, { now: noon, replace: true });
      await holdsAll(target);
      const aside = [
        `${target}/replaced-2026-11-23T12-00-00-000Z`,
        `${target}/replaced-2026-11-23T12-00-00-000Z-2`,
      ];
      const kept = aside.filter((directory) => existsSync(`${directory}/log.db`));
      await holdsAll(kept[0]!);
      return finished;
    });
    expect(changes).toBeGreaterThanOrEqual(10);
  }, 120_000);

  const faultOf = ({ fault }: BackupError) => fault;
  const opens = (directory: string) =>
    openDirectory(directory).then(
      () => true,
      (error: Error) => error.name !== 'RestoreUnfinished',
    );
  const holdsAll = (directory: string) =>
    withDirectory(directory, async ({ log }) =>
      expect(await log.verify()).toMatchObject({ ok: true, events: 600 }),
    );
});
