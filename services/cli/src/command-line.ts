import yargs, { type Argv } from 'yargs';
import type { Command, CommandGroup, GlobalOptions } from './command.ts';
import { commandGroups } from './commands.ts';
import { exitCodeMeanings, type ExitCode, exitCodes } from './exit-codes.ts';
import { Failure } from './failure.ts';
import { Output, type Streams } from './output/output.ts';
import { openWorkbench } from './workbench.ts';

export type Surroundings = {
  readonly streams: Streams;
  readonly environment: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
};

const epilogue = `Without --url and --data-dir, commands use MUSTER_URL with MUSTER_PROJECT_ID and MUSTER_SECRET where
they are set, else the data directory (MUSTER_DATA_DIR, or .muster): the server that runs on it or, where none
does, the directory itself. What was used is said on standard error.

Exit codes
${Object.entries(exitCodeMeanings)
  .map(([code, meaning]) => `  ${code.padStart(3)}  ${meaning}`)
  .join('\n')}`;

const withGlobals = (program: Argv): Argv<GlobalOptions> =>
  program
    .option('url', { type: 'string', describe: 'The server to ask, as http://127.0.0.1:4100', global: true })
    .option('data-dir', {
      type: 'string',
      describe: 'The data directory, whether or not a server runs on it',
      global: true,
    })
    .option('json', { type: 'boolean', default: false, describe: 'Answers for programs', global: true })
    .conflicts('url', 'data-dir') as unknown as Argv<GlobalOptions>;

/** Runs one command line; what it answers is the process's exit code. */
export const runCommandLine = async (
  arguments_: readonly string[],
  surroundings: Surroundings,
): Promise<ExitCode> => {
  let code: ExitCode = exitCodes.ok;
  const { streams, signal } = surroundings;
  const program = withGlobals(
    yargs([...arguments_])
      .scriptName('muster')
      .usage('$0 <command>\n\nLooks after a Muster: its log, its read models, its people.'),
  );
  for (const group of commandGroups)
    addGroup(program, group, (command) => async (options) => {
      code = await perform(command, options, surroundings);
    });
  program
    .completion('completion', 'Print a script that completes commands: muster completion >> ~/.bashrc')
    .demandCommand(1, 'Which command?')
    .strict()
    .recommendCommands()
    .version(false)
    .help()
    .wrap(Math.min(110, (streams.stdout as { columns?: number }).columns ?? 110))
    .epilogue(epilogue)
    .exitProcess(false)
    .fail((message, error) => {
      throw error ?? new Failure(exitCodes.usage, 'usage', message, 'Add --help to see what there is.');
    });
  try {
    await program.parseAsync();
    return code;
  } catch (error) {
    return report(error, new Output(streams, arguments_.includes('--json')), streams, signal);
  }
};

type Handler = (options: GlobalOptions) => Promise<void>;

const addGroup = (
  program: Argv<GlobalOptions>,
  { name, describe, commands }: CommandGroup,
  handlerOf: (command: Command) => Handler,
): void => {
  const addAll = (to: Argv<GlobalOptions>, prefix: string): Argv<GlobalOptions> => {
    for (const command of commands)
      to.command({
        command: command.usage,
        describe: command.describe,
        builder: (one: Argv<GlobalOptions>) => {
          for (const [line, what] of command.examples) one.example(`muster ${line}`, what);
          return command.options(one.usage(`muster ${prefix}${command.usage}\n\n${command.describe}`));
        },
        handler: handlerOf(command),
      });
    return to;
  };
  if (name === null) addAll(program, '');
  else
    program.command(name, describe, (group) =>
      addAll(group as Argv<GlobalOptions>, `${name} `)
        .usage(`muster ${name} <command>\n\n${describe}`)
        .demandCommand(1, `Which command of ${name}?`),
    );
};

const perform = async (
  command: Command,
  options: GlobalOptions,
  surroundings: Surroundings,
): Promise<ExitCode> => {
  const bench = openWorkbench(options, surroundings);
  try {
    return (await command.run(bench, options as never)) ?? exitCodes.ok;
  } finally {
    await bench.close();
  }
};

/** Says what went wrong and what to do next, on standard error; for programs, as one JSON document. */
const report = (error: unknown, out: Output, streams: Streams, signal: AbortSignal): ExitCode => {
  if (signal.aborted && !(error instanceof Failure)) {
    out.note('interrupted');
    return exitCodes.interrupted;
  }
  const { exitCode, type, message, next } =
    error instanceof Failure
      ? error
      : { exitCode: exitCodes.unexpected, type: 'unexpected', message: String(error), next: undefined };
  if (out.json)
    streams.stderr.write(
      `${JSON.stringify({ error: { exit_code: exitCode, type, message, next: next ?? null } })}\n`,
    );
  else streams.stderr.write(`muster: ${message}\n${next === undefined ? '' : `        ${next}\n`}`);
  if (!(error instanceof Failure) && error instanceof Error && !out.json)
    streams.stderr.write(`${error.stack ?? ''}\n`);
  return exitCode;
};
