import { createHash } from 'node:crypto';
import {
  closeSync,
  createReadStream,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** What a file was when it was backed up. */
export type Fingerprint = { readonly name: string; readonly bytes: number; readonly sha256: string };

export const fingerprint = async (directory: string, name: string): Promise<Fingerprint> => {
  const file = join(directory, name);
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return { name, bytes: statSync(file).size, sha256: hash.digest('hex') };
};

/** What is wrong with a file, if anything. */
export const difference = async (directory: string, expected: Fingerprint): Promise<string | undefined> => {
  const { name, bytes, sha256 } = expected;
  if (!existsSync(join(directory, name))) return `${name} is missing`;
  const found = await fingerprint(directory, name);
  if (found.bytes !== bytes) return `${name} has ${found.bytes} bytes, not ${bytes}`;
  return found.sha256 === sha256 ? undefined : `${name} was altered: its SHA-256 is not that of the manifest`;
};

/** Makes sure that what a file or directory holds outlives a power cut. */
export const sync = (path: string): void => {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
};

/** All of the text or nothing. */
export const writeDurably = (file: string, text: string): void => {
  const temporary = `${file}.part`;
  writeFileSync(temporary, text, { mode: 0o600 });
  sync(temporary);
  renameSync(temporary, file);
  sync(dirname(file));
};

export const copyDurably = async (from: string, to: string): Promise<void> => {
  await copyFile(from, to);
  sync(to);
};

/** A directory for its owner only. */
export const makeDirectory = (path: string): void => void mkdirSync(path, { recursive: true, mode: 0o700 });

/** Removes all that is in a directory, which itself may be a mounted one. */
export const empty = (directory: string): void => {
  for (const name of existsSync(directory) ? readdirSync(directory) : [])
    rmSync(join(directory, name), { recursive: true, force: true });
};

export const isEmpty = (directory: string): boolean =>
  !existsSync(directory) || readdirSync(directory).length === 0;
