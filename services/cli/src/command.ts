import type { ArgumentsCamelCase, Argv } from 'yargs';
import type { Api } from './connection/api.ts';
import type { Connection } from './connection/connect.ts';
import type { ExitCode } from './exit-codes.ts';
import type { Output } from './output/output.ts';

/** What every command takes. */
export type GlobalOptions = {
  readonly url: string | undefined;
  readonly dataDir: string | undefined;
  readonly json: boolean;
};

/** What a command works with. */
export type Workbench = {
  readonly out: Output;
  /** Aborts when the person interrupts. */
  readonly signal: AbortSignal;
  readonly environment: NodeJS.ProcessEnv;
  /** The data directory that is meant, whether or not there is one. */
  readonly dataDirectory: string;
  /** Connects at the first call, and says to what. */
  readonly connect: () => Promise<{ readonly api: Api; readonly kind: Connection['kind'] }>;
  /** Asks on the terminal. @throws Failure where there is none to ask on */
  readonly confirm: (question: string) => Promise<boolean>;
};

/** One command: what it is called, what it takes, what it does. */
export type Command = {
  /** As yargs reads it: `verify <name>`. */
  readonly usage: string;
  readonly describe: string;
  /** Command lines (without the program's name) and what they do. */
  readonly examples: readonly (readonly [line: string, what: string])[];
  /** What `--json` answers: the fields of one document, or one document a line. */
  readonly json: readonly string[] | 'lines';
  readonly options: (yargs: Argv<GlobalOptions>) => Argv<GlobalOptions>;
  readonly run: (bench: Workbench, options: never) => Promise<ExitCode | void>;
};

/** Commands about one thing. `name` is null where the commands stand by themselves. */
export type CommandGroup = {
  readonly name: string | null;
  readonly describe: string;
  readonly commands: readonly Command[];
};

/** Keeps what `options` declares and what `run` takes the same. */
export const defineCommand = <T>(
  command: Omit<Command, 'options' | 'run'> & {
    readonly options: (yargs: Argv<GlobalOptions>) => Argv<T>;
    readonly run: (bench: Workbench, options: ArgumentsCamelCase<T>) => Promise<ExitCode | void>;
  },
): Command => command as unknown as Command;
