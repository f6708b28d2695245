import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '@muster/testkit';
import { clientOf } from '../../conformance/client.ts';
import { productionFolder } from './production-folder.ts';

// Starts what was built, as an image does: without sources, without development packages, and calls it with the SDK.
//   npm run build && npm run test:built

const PORT = '4187';
const url = `http://127.0.0.1:${PORT}`;
const scratch = mkdtempSync(join(tmpdir(), 'muster-built-'));
const folder = join(scratch, 'app');
const dataDirectory = join(scratch, 'data');

let began = performance.now();
const seconds = (): string => {
  const taken = performance.now() - began;
  began = performance.now();
  return `${(taken / 1_000).toFixed(1)} s`;
};
const say = (text: string): void => void process.stdout.write(`${text}\n`);

productionFolder(folder);
say(`put together in ${seconds()}`);

const environment = { PATH: process.env.PATH, HOME: scratch, PORT, MUSTER_DATA_DIR: dataDirectory };
const server = spawn(process.execPath, ['services/server/dist/main.js', '--seed', 'none'], {
  cwd: folder,
  env: environment,
  stdio: ['ignore', 'ignore', 'inherit'],
});
const ended = new Promise<number | null>((resolve) => server.once('exit', resolve));
const run = (...command: readonly string[]): Promise<number | null> =>
  new Promise((resolve) =>
    spawn(process.execPath, command, { cwd: folder, env: environment, stdio: 'inherit' }).once(
      'exit',
      resolve,
    ),
  );

try {
  await until(
    'the built server to be ready',
    async () => {
      if (server.exitCode !== null) throw new Error(`the built server ended with ${server.exitCode}`);
      const answer = await fetch(`${url}/readyz`).catch(() => undefined);
      return answer?.ok ? true : undefined;
    },
    60_000,
  );
  say(`/readyz in ${seconds()}`);

  const keys = readFileSync(join(dataDirectory, 'dev.env'), 'utf8');
  const valueOf = (name: string): string => new RegExp(`^${name}=(.*)$`, 'm').exec(keys)![1]!;
  const client = clientOf({ url, projectId: valueOf('MUSTER_PROJECT_ID'), secret: valueOf('MUSTER_SECRET') });
  const names = { organization_name: 'Built', organization_slug: 'built' };
  const { organization } = await client.organizations.create(names);
  const got = await client.organizations.get({ organization_id: organization.organization_id });
  if (got.organization.organization_slug !== 'built')
    throw new Error('the SDK got another organization back');
  say(`two calls of the SDK in ${seconds()}`);

  const status = await run(join(folder, 'services/cli/bin/muster.mjs'), 'log', 'verify');
  if (status !== 0) throw new Error(`muster log verify ended with ${status}`);
  say(`muster log verify in ${seconds()}`);

  server.kill('SIGTERM');
  const code = await ended;
  if (code !== 0) throw new Error(`the built server ended with ${code} after SIGTERM`);
  say(`stopped in ${seconds()}`);
} finally {
  server.kill('SIGKILL');
  rmSync(scratch, { recursive: true, force: true });
}
