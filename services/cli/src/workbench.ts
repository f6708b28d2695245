import { createInterface } from 'node:readline/promises';
import type { GlobalOptions, Workbench } from './command.ts';
import type { Surroundings } from './command-line.ts';
import { Api } from './connection/api.ts';
import { connect, type Connection, dataDirectoryOf } from './connection/connect.ts';
import { exitCodes } from './exit-codes.ts';
import { Failure } from './failure.ts';
import { Output } from './output/output.ts';

/** What a command works with, made when it starts and closed when it ends, however it ends. */
export const openWorkbench = (
  { url, dataDir, json }: GlobalOptions,
  { streams, environment, signal }: Surroundings,
): Workbench & { close(): Promise<void> } => {
  const where = { url, dataDir, environment };
  const out = new Output(streams, json);
  let connection: Promise<Connection> | undefined;
  const connected = async (): Promise<Connection> => {
    const made = await connect(where);
    out.note(made.said);
    return made;
  };
  return {
    out,
    signal,
    environment,
    dataDirectory: dataDirectoryOf(where),
    connect: async () => {
      connection ??= connected();
      const { target, kind } = await connection;
      return { api: new Api(target, signal), kind };
    },
    confirm: (question) => ask(question, streams, signal),
    close: async () => {
      const made = await connection?.catch(() => undefined);
      await made?.close();
    },
  };
};

const ask = async (
  question: string,
  { stdin, stderr }: Surroundings['streams'],
  signal: AbortSignal,
): Promise<boolean> => {
  if (!stdin.isTTY)
    throw new Failure(
      exitCodes.usage,
      'not_confirmed',
      'this cannot be undone, and there is no terminal to ask on',
      'Add --yes where it is meant.',
    );
  const lines = createInterface({ input: stdin, output: stderr });
  try {
    return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `, { signal })).trim());
  } finally {
    lines.close();
  }
};
