import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Muster, startMuster } from '@muster/testkit';
import { acmeWithAdmissions } from './people.ts';
import { runMuster } from './run-muster.ts';

describe('the command line and a stopped data directory', () => {
  let muster: Muster;
  let directory: string;
  beforeAll(async () => {
    muster = await startMuster();
    directory = muster.dataDirectory;
    await acmeWithAdmissions(muster);
    await muster.kill('SIGKILL');
  }, 60_000);
  afterAll(() => muster?.stop());

  it('asks the same application, and says so; a server.json left by a killed server does not mislead it', async () => {
    expect(existsSync(join(directory, 'server.json'))).toBe(true);
    const { code, stdout, stderr } = await runMuster([
      'admissions',
      'explain',
      'acme',
      '--email',
      'eve@acme.example',
      '--data-dir',
      directory,
    ]);
    expect(stderr).toBe(`muster: no server runs on ${directory}: working on the stopped data directory\n`);
    expect([code, stdout.includes('(rule_is_off)')]).toEqual([0, true]);
    expect(existsSync(join(directory, 'server.json'))).toBe(false);
  }, 60_000);

  it('E32: tells events as the server did, byte for byte', async () => {
    const stopped = await runMuster(['events', 'replay', '--json', '--data-dir', directory]);
    await muster.restart();
    const running = await runMuster(['events', 'replay', '--json', '--data-dir', directory]);
    await muster.kill('SIGTERM');
    expect(stopped.stdout.length).toBeGreaterThan(1_000);
    expect(running.stdout).toBe(stopped.stdout);
  }, 60_000);

  it('E25: sends no mail, though one is waiting to be sent', async () => {
    const deaf = await startMuster({ env: { MUSTER_SMTP_URL: 'smtp://127.0.0.1:9' } });
    try {
      const answer = await deaf
        .wire()
        .post('/v1/b2b/otps/email/discovery/send', { email_address: 'ada@acme.example' });
      expect(answer.status).toBe(200);
      await deaf.kill('SIGKILL');
      const { code } = await runMuster(['events', 'replay', '--data-dir', deaf.dataDirectory]);
      expect(code).toBe(0);
      expect(readFileSync(join(deaf.dataDirectory, 'mailbox.jsonl'), 'utf8')).toBe('');
    } finally {
      await deaf.stop();
    }
  }, 60_000);

  it('does not follow what cannot happen', async () => {
    const { code, stderr } = await runMuster(['events', 'tail', '--data-dir', directory]);
    expect([code, stderr.includes('no server runs, so nothing will happen')]).toEqual([2, true]);
  }, 60_000);

  it('makes nothing where there is nothing', async () => {
    const nowhere = join(tmpdir(), 'muster-nowhere');
    const { code, stderr } = await runMuster(['status', '--data-dir', nowhere]);
    expect([code, stderr.includes(`${nowhere} holds no data of Muster's`)]).toEqual([2, true]);
    expect(existsSync(nowhere)).toBe(false);
  }, 60_000);

  it('refuses a directory written in production without its keys', async () => {
    const scratch = mkdtempSync(join(tmpdir(), 'muster-cli-'));
    try {
      const made = await runMuster(['backup', join(scratch, 'copy'), '--data-dir', directory]);
      expect(made.code).toBe(0);
      await runMuster(['restore', join(scratch, 'copy'), '--data-dir', join(scratch, 'data')]);
      rmSync(join(scratch, 'data/development.json'));
      const { code, stderr } = await runMuster([
        'admissions',
        'list',
        'acme',
        '--data-dir',
        join(scratch, 'data'),
      ]);
      expect([code, stderr.includes('was written in production: set MUSTER_MODE=production')]).toEqual([
        2,
        true,
      ]);
    } finally {
      rmSync(scratch, { recursive: true });
    }
  }, 60_000);

  it('holds it: neither a server nor another command gets in between', async () => {
    await muster.restart();
    const { pid } = JSON.parse(readFileSync(join(directory, 'server.json'), 'utf8')) as { pid: number };
    const second = await startMuster({ env: { MUSTER_DATA_DIR: directory } }).catch(
      (error: Error) => error.message,
    );
    expect(second).toContain(`(process ${pid}) runs on ${directory}: stop it, or choose another`);
    await muster.kill('SIGTERM');
    expect(existsSync(join(directory, 'server.json'))).toBe(false);
  }, 60_000);
});
