import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Suites that need a program; where it is not on the PATH they are skipped, by name. */
export const describeWithProgram = (program: string, name: string, body: () => void): void => {
  const isThere = spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
  if (isThere) describe(name, body);
  else describe.skip(`${name} (no ${program})`, body);
};

/** What a program says: its output, and how it ended. */
export const run = (
  program: string,
  arguments_: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): { readonly status: number | null; readonly output: string; readonly errors: string } => {
  const { status, stdout, stderr } = spawnSync(program, arguments_, {
    cwd: options.cwd ?? root,
    encoding: 'utf8',
    ...(options.env === undefined ? {} : { env: options.env }),
  });
  return { status, output: stdout, errors: stderr };
};
