import 'reflect-metadata';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readEnvironment } from '@muster/nest-kit';
import { startServer } from '@muster/server';
import type { Project } from './control.ts';
import { Muster } from './muster.ts';
import { deterministicEnvironment, testEnvironment, testProject } from './project.ts';

/** Organizations and members to begin with: calls of the API, as in `--seed <file>`. */
export type SeedData = { readonly organizations: readonly object[] };

export type StartOptions = {
  /** `none` where not given; a file's path, or what would be in the file. */
  readonly seed?: 'none' | 'demo' | (string & {}) | SeedData;
  readonly project?: Project;
  /** Where links in mails may lead; the first is the default. */
  readonly redirectUrls?: readonly string[];
  /** Ids and codes that are the same in every run, and after every reset, for the same calls in the same order. */
  readonly deterministicIds?: boolean;
  /** Any other setting of the server, by its variable (`npm start -- --help`). The process's own are not looked at. */
  readonly env?: Readonly<Record<string, string>>;
};

/** A Muster in this process. */
export class InProcessMuster extends Muster {
  constructor(
    url: string,
    project: Project,
    private readonly end: () => Promise<void>,
  ) {
    super(url, project);
  }

  /** Leaves no handle open and no file behind. */
  stop(): Promise<void> {
    return this.end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

/**
 * All services in the caller's process, in memory, on a free port of the loopback.
 *
 * @example
 * const muster = await startMuster({ seed: 'demo' });
 * const client = new stytch.B2BClient(muster.sdkConfig());
 */
export const startMuster = async (options: StartOptions = {}): Promise<InProcessMuster> => {
  const { seed = 'none', project = testProject, deterministicIds = false, redirectUrls, env = {} } = options;
  const scratch = await mkdtemp(join(tmpdir(), 'muster-testing-'));
  const cleanUp = () => rm(scratch, { recursive: true, force: true });
  try {
    const variables = {
      PORT: '0',
      MUSTER_LOG_LEVEL: 'error',
      ...testEnvironment(project),
      MUSTER_DATA_DIR: scratch,
      ...(redirectUrls ? { MUSTER_REDIRECT_URLS: redirectUrls.join(',') } : {}),
      ...(deterministicIds ? deterministicEnvironment : {}),
      ...env,
    };
    const server = await startServer(readEnvironment(variables), await seedIn(scratch, seed));
    return new InProcessMuster(server.url, project, async () => {
      await server.stop();
      await cleanUp();
    });
  } catch (error) {
    await cleanUp();
    throw error;
  }
};

const seedIn = async (scratch: string, seed: NonNullable<StartOptions['seed']>): Promise<string> => {
  if (typeof seed === 'string') return seed;
  const file = join(scratch, 'seed.json');
  await writeFile(file, JSON.stringify(seed));
  return file;
};
