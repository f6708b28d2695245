import 'reflect-metadata';
import { InvalidConfiguration } from '@muster/nest-kit';
import { DataDirectoryBusy, startMaintenance as startApplication } from '@muster/server';
import { exitCodes } from '../exit-codes.ts';
import { Failure } from '../failure.ts';
import type { Connection } from './connect.ts';
import { devEnvIn } from './data-directory.ts';

/**
 * Serves a stopped data directory from this process, so that commands ask it as they ask any server.
 * @throws Failure where another process holds it, or it cannot be opened with what is known
 */
export const startMaintenance = async (
  directory: string,
  environment: NodeJS.ProcessEnv,
): Promise<Connection> => {
  const { MUSTER_PROJECT_ID: projectId, MUSTER_URL: publicUrl } = devEnvIn(directory);
  try {
    const { stop, ...target } = await startApplication(directory, {
      // Events name the address under which they were told: the same bytes, whoever tells them (E32).
      ...(publicUrl === undefined ? {} : { MUSTER_PUBLIC_URL: publicUrl }),
      ...environment,
      ...(projectId === undefined ? {} : { MUSTER_PROJECT_ID: projectId }),
    });
    return {
      kind: 'maintenance',
      target,
      said: `no server runs on ${directory}: working on the stopped data directory`,
      close: stop,
    };
  } catch (error) {
    if (error instanceof DataDirectoryBusy)
      throw new Failure(
        exitCodes.busy,
        'data_directory_busy',
        error.message,
        'Try again, or ask that server with --url.',
        { cause: error },
      );
    if (error instanceof InvalidConfiguration)
      throw new Failure(
        exitCodes.usage,
        'invalid_configuration',
        error.message,
        'The command needs the environment that the directory’s own server has.',
        { cause: error },
      );
    throw error;
  }
};
