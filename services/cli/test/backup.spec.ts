import { existsSync, mkdtempSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Muster, startMuster } from '@muster/testkit';
import { acmeWithAdmissions } from './people.ts';
import { jsonOf, runMuster, sourced } from './run-muster.ts';

describe('backups by the command line', () => {
  let muster: Muster;
  let scratch: string;
  const at = (name: string) => join(scratch, name);
  const onData = ['--data-dir'] as const;
  beforeAll(async () => {
    muster = await startMuster();
    await acmeWithAdmissions(muster);
    scratch = mkdtempSync(join(tmpdir(), 'muster-cli-'));
  }, 60_000);
  afterAll(async () => {
    await muster?.stop();
    rmSync(scratch, { recursive: true, force: true });
  });

  it('are made while the server runs, verify, and are restored with every decision in them', async () => {
    const made = await jsonOf(['backup', at('first'), ...onData, muster.dataDirectory]);
    expect(made.backup).toMatchObject({ target: at('first'), keysTarget: at('first/keys') });
    const { verification } = await jsonOf(['verify-backup', at('first')]);
    expect(verification).toMatchObject({ ok: true, problems: [], keysExpired: false });
    const { restored } = await jsonOf(['restore', at('first'), ...onData, at('data')]);
    expect(restored).toMatchObject({ erasedAgain: 0, movedAsideTo: null });
    const { admissions } = await jsonOf(['admissions', 'list', 'acme', ...onData, at('data')]);
    expect(admissions.map((one: { email_address: string }) => one.email_address)).toEqual([
      'ada@acme.example',
      'eve@acme.example',
    ]);
  }, 60_000);

  it('keep the keys apart where that is asked for, and need them back', async () => {
    await jsonOf(['backup', at('log'), '--keys-to', at('keys'), ...onData, muster.dataDirectory]);
    expect(readdirSync(at('log')).toSorted()).toEqual(['log.db', 'manifest.json']);
    expect((await runMuster(['verify-backup', at('log')])).code).toBe(3);
    expect((await runMuster(['verify-backup', at('log'), '--keys-from', at('keys')])).code).toBe(0);
  }, 60_000);

  it('that were altered are found, and not restored', async () => {
    await jsonOf(['backup', at('altered'), ...onData, muster.dataDirectory]);
    const file = openSync(at('altered/log.db'), 'r+');
    writeSync(file, 'x', 5_000);
    const { code, stdout } = await runMuster(['verify-backup', at('altered')]);
    expect([code, stdout.includes('log.db was altered')]).toEqual([3, true]);
    const { code: refused } = await runMuster(['restore', at('altered'), ...onData, at('none')]);
    expect([refused, existsSync(at('none'))]).toEqual([3, false]);
  }, 60_000);

  it('never write over what is there', async () => {
    await jsonOf(['backup', at('kept'), ...onData, muster.dataDirectory]);
    expect((await runMuster(['backup', at('kept'), ...onData, muster.dataDirectory])).code).toBe(2);
    const { code, stderr } = await runMuster(['restore', at('kept'), ...onData, muster.dataDirectory]);
    expect([code, stderr.includes('is not empty')]).toEqual([2, true]);
    const replacing = ['restore', at('kept'), '--replace', '--yes', ...onData, muster.dataDirectory];
    expect((await runMuster(replacing)).code).toBe(7);
  }, 60_000);

  it('are not restored under a server, nor once its worker thread has read the log', async () => {
    await jsonOf(['backup', at('live'), ...onData, muster.dataDirectory]);
    await jsonOf(['log', 'verify'], sourced(muster));
    const replacing = ['restore', at('live'), '--replace', '--yes', ...onData, muster.dataDirectory];
    const { code, stderr } = await runMuster(replacing);
    expect([code, stderr.includes('stop it first')]).toEqual([7, true]);
  }, 60_000);

  it('that are within their time are not pruned', async () => {
    await jsonOf(['backup', at('young'), ...onData, muster.dataDirectory]);
    expect(await jsonOf(['prune-backups', at('young')])).toEqual({ deleted: [] });
    expect(existsSync(at('young/keys/keys.db'))).toBe(true);
  }, 60_000);

  it('are not asked of a server', async () => {
    const { code, stderr } = await runMuster(['backup', at('other'), '--url', muster.url]);
    expect([code, stderr.includes('this works on the files of a data directory')]).toEqual([2, true]);
  }, 60_000);
});
