import Table from 'cli-table3';
import { Progress } from './progress.ts';

/** Where a command writes: results to standard output, everything else to standard error. */
export type Streams = {
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean };
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean };
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
};

const PLAIN = { head: [], border: [], compact: true } as const;
const NO_FRAME = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

export type Cell = string | number | boolean | null | undefined;

const text = (cell: Cell): string => (cell === null || cell === undefined ? '-' : String(cell));

/** Answers for a person or, with `--json`, for a program: exactly one of the two. */
export class Output {
  constructor(
    private readonly streams: Streams,
    readonly json: boolean,
  ) {}

  /** The command's one result: `value` for programs, `lines` for people. */
  result(value: unknown, lines: () => readonly string[]): void {
    if (this.json) this.write(JSON.stringify(value, null, 2));
    else for (const line of lines()) this.write(line);
  }

  /** One of a stream of results; for programs one JSON document a line. */
  item(value: unknown, line: () => string): void {
    this.write(this.json ? JSON.stringify(value) : line());
  }

  /** About the command itself, never part of its result. */
  note(line: string): void {
    this.streams.stderr.write(`muster: ${line}\n`);
  }

  /** A bar on a terminal; nothing elsewhere, so that logs stay readable. */
  progress(title: string): Progress {
    const { stderr } = this.streams;
    return new Progress(title, stderr.isTTY && !this.json ? stderr : undefined);
  }

  /** A bar for work whose results go by meanwhile: not where they go by on the same terminal. */
  progressBeside(title: string): Progress {
    const { stdout, stderr } = this.streams;
    return new Progress(title, stderr.isTTY && !stdout.isTTY ? stderr : undefined);
  }

  private write(line: string): void {
    this.streams.stdout.write(`${line}\n`);
  }
}

/** Rows under their headings, without a frame: can be read, and cut by other tools. */
export const table = (headings: readonly string[], rows: readonly (readonly Cell[])[]): readonly string[] => {
  if (rows.length === 0) return [];
  const made = new Table({
    head: headings.map((heading) => heading.toUpperCase()),
    style: { ...PLAIN, head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    chars: NO_FRAME,
  });
  for (const row of rows) made.push(row.map(text));
  return trimmed(made.toString());
};

/** Names and values, one a line. */
export const facts = (rows: readonly (readonly [string, Cell])[]): readonly string[] => {
  const width = Math.max(0, ...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${text(value)}`.trimEnd());
};

const trimmed = (drawn: string): readonly string[] => drawn.split('\n').map((line) => line.trimEnd());
