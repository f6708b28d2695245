import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A directory for each test of the file; gone after it. */
export const testDirectory = (): ((name?: string) => string) => {
  let directory: string;
  beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), 'muster-'))));
  afterEach(() => rmSync(directory, { recursive: true }));
  return (name = '') => join(directory, name);
};

/** All bytes of all files in a directory. */
export const bytesIn = (directory: string): Buffer =>
  Buffer.concat(readdirSync(directory).map((name) => readFileSync(join(directory, name))));
