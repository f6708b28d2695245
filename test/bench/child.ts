import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** How sources run here, without a build. */
export const sourceFlags = [
  '--conditions=@muster/source',
  '--import',
  join(root, 'tools/register.mjs'),
  '--no-warnings',
];

/** Where a profile of each process goes, if anywhere (`--profile`). */
export const profileFlags = (): readonly string[] => {
  const directory = process.env['MUSTER_BENCH_PROFILES'];
  return directory === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${directory}`];
};

/** Ends with this process, however that ends. */
export const dieTogether = (child: ChildProcess): void => {
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
};

const answerOf = <T>(child: ChildProcess, name: string): Promise<T> =>
  new Promise((resolve, reject) => {
    let answer: { readonly result?: T; readonly error?: string } | undefined;
    child.once('message', (message) => (answer = message as typeof answer));
    child.once('error', reject);
    child.once('exit', (code) => {
      if (answer && 'result' in answer) resolve(answer.result as T);
      else reject(new Error(`${name} ended with ${code}: ${answer?.error ?? 'no answer'}`));
    });
  });

/** Takes a measurement of ours in a process of its own, so that none warms or burdens another. */
export const measure = <T>(name: string, parameters: object): Promise<T> => {
  const child = fork(join(root, 'test/bench/measurement.ts'), [name, JSON.stringify(parameters)], {
    execArgv: [...sourceFlags, ...profileFlags(), '--max-old-space-size=6144'],
  });
  dieTogether(child);
  return answerOf<T>(child, name);
};

/** The same for a reference, which lives where its packages are. */
export const measureReference = <T>(directory: string, name: string, parameters: object): Promise<T> => {
  const child = fork(join(directory, `${name}.mjs`), [JSON.stringify(parameters)], {
    execArgv: ['--no-warnings'],
    cwd: directory,
  });
  dieTogether(child);
  return answerOf<T>(child, name);
};
