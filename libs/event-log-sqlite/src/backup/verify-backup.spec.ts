import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { noon } from '@muster/eventsourcing/testing';
import { withDirectory } from '../testing/data-directory.ts';
import { testDirectory } from '../testing/files.ts';
import { writeVisits } from '../testing/visits.ts';
import { backup } from './backup.ts';
import { verifyBackup } from './verify-backup.ts';

const path = testDirectory();
const options = { now: noon, musterVersion: '1.2.3' };
const verify = () => verifyBackup(path('copy'), { now: noon });
const change = (file: string, sql: string): void => {
  const database = new DatabaseSync(path(file));
  database.exec(sql);
  database.close();
};
const manifest = (file: string, change: (manifest: Record<string, unknown>) => void): void => {
  const read = JSON.parse(readFileSync(path(file), 'utf8')) as Record<string, unknown>;
  change(read);
  writeFileSync(path(file), JSON.stringify(read));
};

describe('verifying a backup', () => {
  beforeEach(async () => {
    await withDirectory(path('data'), async (open) => {
      await writeVisits(open, ['a', 'b', 'c']);
      await open.keys.destroy('project-test-019ab000-0000-7000-8000-000000000001/_/b');
    });
    await backup(path('data'), path('copy'), options);
  });

  it('says what a whole one holds', async () => {
    expect(await verify()).toMatchObject({
      ok: true,
      problems: [],
      events: 6,
      commits: 1,
      aged: 0,
      subjects: { open: 2, erased: 1 },
      keysExpired: false,
    });
  });

  it('changes nothing in it, and can be done again', async () => {
    const before = [readFileSync(path('copy/log.db')), readFileSync(path('copy/keys/keys.db'))];
    await verify();
    expect(await verify()).toMatchObject({ ok: true });
    expect([readFileSync(path('copy/log.db')), readFileSync(path('copy/keys/keys.db'))]).toStrictEqual(
      before,
    );
  });

  it.each<[what: string, damage: () => void, problem: RegExp]>([
    ['a log cut short', () => truncateSync(path('copy/log.db'), 4_096), /^log\.db has 4096 bytes, not \d+$/],
    [
      'keys cut short',
      () => truncateSync(path('copy/keys/keys.db'), 100),
      /^keys\.db has 100 bytes, not \d+$/,
    ],
    ['a log that is missing', () => rmSync(path('copy/log.db')), /^log\.db is missing$/],
    [
      'one flipped bit in the log',
      () => {
        const bytes = readFileSync(path('copy/log.db'));
        bytes[bytes.length - 50]! ^= 1;
        writeFileSync(path('copy/log.db'), bytes);
      },
      /^log\.db was altered: its SHA-256 is not that of the manifest$/,
    ],
    [
      'a manifest that is missing',
      () => rmSync(path('copy/manifest.json')),
      /copy has no manifest: it is no whole muster log backup$/,
    ],
    ['keys without a manifest', () => rmSync(path('copy/keys/manifest.json')), /keys has no manifest/],
    [
      'a manifest that is no JSON',
      () => writeFileSync(path('copy/manifest.json'), '{'),
      /manifest\.json cannot be read$/,
    ],
    [
      'a manifest of a version to come',
      () => manifest('copy/manifest.json', (read) => (read['version'] = 2)),
      /is not the manifest of a muster log backup that this version knows$/,
    ],
    [
      'keys that are older than the log',
      () => manifest('copy/keys/manifest.json', (read) => (read['upTo'] = 5)),
      /^the keys are older than the log: of position 5, not 6$/,
    ],
    [
      'keys of another log',
      () => manifest('copy/keys/manifest.json', (read) => (read['logId'] = 'other')),
      /^the keys are of log other, not of /,
    ],
  ])('names %s', async (_, damage, problem) => {
    damage();
    expect(await verify()).toMatchObject({ ok: false, problems: [expect.stringMatching(problem)] });
  });

  it('E4: does not take the word of a manifest that was made to fit an altered log', async () => {
    change('data/log.db', `UPDATE events SET type = 'login.VisitEnded' WHERE position = 3`);
    await backup(path('data'), path('forged'), options);
    expect(await verifyBackup(path('forged'), { now: noon })).toMatchObject({
      ok: false,
      problems: ['the log does not verify: commit 1 was altered, or is not where it was'],
    });
  });

  it('E12: names the key that is neither there nor destroyed, by the first event that it sealed', async () => {
    change('data/keys.db', `DELETE FROM keys WHERE key_id LIKE '%/c'`);
    await backup(path('data'), path('keyless'), options);
    expect(await verifyBackup(path('keyless'), { now: noon })).toMatchObject({
      ok: false,
      problems: ['the key project-test-019ab000-0000-7000-8000-000000000001/_/c of event 5 is missing'],
    });
  });

  it('R54: says when its keys are past their time, at that very instant', async () => {
    const at = async (now: string) => (await verifyBackup(path('copy'), { now })).keysExpired;
    expect(await at('2026-12-23T11:59:59.999Z')).toBe(false);
    expect(await at('2026-12-23T12:00:00.000Z')).toBe(true);
  });
});
