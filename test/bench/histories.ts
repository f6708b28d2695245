import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { measure } from './child.ts';
import type { BenchOptions } from './section.ts';

export type HistoryKind = 'year' | 'crowd';

const SEED = 1;

/** A generated data directory: made once per size, by the seed, and not to be written to. */
export const history = async (
  { histories, tell }: BenchOptions,
  kind: HistoryKind,
  size: number,
): Promise<string> => {
  const dataDirectory = join(histories, `${kind}-${size}-${SEED}`);
  if (existsSync(dataDirectory)) return dataDirectory;
  mkdirSync(histories, { recursive: true });
  const making = `${dataDirectory}.making`;
  rmSync(making, { recursive: true, force: true });
  tell(`writing a history: ${kind}, ${size.toLocaleString('en-US')}`);
  await measure('write-history', { kind, size, seed: SEED, dataDirectory: making });
  renameSync(making, dataDirectory);
  return dataDirectory;
};

/** A copy to start a server on. */
export const copyOf = (directory: string, scratch: string, name: string): string => {
  const copy = join(scratch, name);
  rmSync(copy, { recursive: true, force: true });
  cpSync(directory, copy, { recursive: true });
  return copy;
};
