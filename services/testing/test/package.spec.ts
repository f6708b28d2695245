import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const testing = join(root, 'services/testing');

const application = `
import assert from 'node:assert/strict';
import { startMuster } from '@muster/testing';
const muster = await startMuster({ seed: 'demo' });
const headers = {
  authorization: 'Basic ' + Buffer.from(muster.projectId + ':' + muster.secret).toString('base64'),
  'content-type': 'application/json',
};
const body = JSON.stringify({ email_address: 'carol@contractor.example' });
const sent = await fetch(muster.url + '/v1/b2b/otps/email/discovery/send', { method: 'POST', headers, body });
assert.equal(sent.status, 200);
assert.match(await muster.mailbox.waitForCode('carol@contractor.example'), /^[0-9]{6}$/);
await muster.reset();
await muster.stop();
console.log('used');
`;
const typed = `
import { startMuster, type Mail } from '@muster/testing';
const muster = await startMuster({ seed: 'none' });
const mail: Mail = await muster.mailbox.waitFor('ada@acme.example');
export const token: string | undefined = mail.links[0]?.token;
// @ts-expect-error there is no such seed
await startMuster({ seed: 7 });
`;

describe('the package', () => {
  let scratch: string;
  beforeAll(() => {
    scratch = mkdtempSync(join(tmpdir(), 'muster-package-'));
    const built = join(scratch, 'built');
    const run = (command: string, ...args: readonly string[]) =>
      execFileSync(command, args, { cwd: scratch, stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });
    run(process.execPath, join(testing, 'build.mjs'), built);
    const [packed] = JSON.parse(run('npm', 'pack', '--json', built)) as { filename: string }[];
    run('tar', '-xzf', packed!.filename);
    const home = join(scratch, 'node_modules/@muster/testing');
    mkdirSync(dirname(home), { recursive: true });
    renameSync(join(scratch, 'package'), home);
    // In the place of an install: what the package declares is there, and nothing else.
    const { dependencies, bundleDependencies } = JSON.parse(
      readFileSync(join(home, 'package.json'), 'utf8'),
    ) as { dependencies: Record<string, string>; bundleDependencies: readonly string[] };
    for (const name of Object.keys(dependencies).filter((one) => !bundleDependencies.includes(one))) {
      const link = join(scratch, 'node_modules', name);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(join(root, 'node_modules', name), link);
    }
    writeFileSync(join(scratch, 'package.json'), JSON.stringify({ type: 'module' }));
  }, 240_000);
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  it('works in another folder, with nothing but what it declares', () => {
    writeFileSync(join(scratch, 'application.js'), application);
    const said = execFileSync(process.execPath, ['--no-warnings', 'application.js'], {
      cwd: scratch,
      encoding: 'utf8',
      timeout: 90_000,
    });
    expect(said).toBe('used\n');
  }, 120_000);

  it('has types of its own', () => {
    writeFileSync(join(scratch, 'typed.ts'), typed);
    const tsc = join(root, 'node_modules/.bin/tsc');
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2023', '--skipLibCheck'];
    const roots = ['--typeRoots', join(root, 'node_modules/@types'), '--types', 'node'];
    execFileSync(tsc, [...options, ...roots, 'typed.ts'], { cwd: scratch, stdio: 'pipe' });
    expect(readFileSync(join(scratch, 'node_modules/@muster/testing/index.d.ts'), 'utf8')).not.toContain(
      '@muster/',
    );
  }, 120_000);
});
