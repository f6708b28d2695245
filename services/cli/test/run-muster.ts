import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Muster } from '@muster/testkit';

const binary = fileURLToPath(new URL('../bin/muster.mjs', import.meta.url));

export type Ended = { readonly code: number; readonly stdout: string; readonly stderr: string };

type Running = ChildProcessByStdio<null, Readable, Readable>;

/** Nothing of the environment of whoever runs the tests gets in. */
export const spawnMuster = (arguments_: readonly string[], environment: NodeJS.ProcessEnv = {}): Running =>
  spawn(process.execPath, [binary, ...arguments_], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });

/** Runs the command line as an operator does, to its end. */
export const runMuster = async (
  arguments_: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<Ended> => {
  const child = spawnMuster(arguments_, environment);
  const [stdout, stderr] = [textOf(child.stdout), textOf(child.stderr)];
  const code = await new Promise<number>((resolve) => child.once('close', (ended) => resolve(ended ?? -1)));
  return { code, stdout: await stdout, stderr: await stderr };
};

const textOf = async (stream: Readable): Promise<string> => {
  let text = '';
  for await (const chunk of stream.setEncoding('utf8')) text += chunk as string;
  return text;
};

/** What a command answered a program; it has to have ended well. */
export const jsonOf = async (
  arguments_: readonly string[],
  environment: NodeJS.ProcessEnv = {},
  // oxlint-disable-next-line typescript/no-explicit-any -- answers of every shape
): Promise<any> => {
  const { code, stdout, stderr } = await runMuster([...arguments_, '--json'], environment);
  if (code !== 0) throw new Error(`muster ${arguments_.join(' ')} ended with ${code}: ${stderr}`);
  return JSON.parse(stdout);
};

/** What somebody has who sourced `dev.env`. */
export const sourced = (muster: Muster): NodeJS.ProcessEnv => ({
  MUSTER_URL: muster.url,
  MUSTER_PROJECT_ID: muster.projectId,
  MUSTER_SECRET: muster.secret,
});
