import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ServiceName } from '@muster/contracts';
import { KeptProcess } from './kept-process.ts';

const FROM_SOURCES = import.meta.url.endsWith('.ts');

/** A server that runs one service, on any free port: it takes one and tells, so that no other process can have it. */
export const serviceProcess = (service: ServiceName, variables: NodeJS.ProcessEnv): KeptProcess => {
  const env = { ...variables, MUSTER_SERVICE: service, PORT: '0' };
  return new KeptProcess({
    name: service,
    // By the channel it also learns when whoever started it is gone.
    spawn: () =>
      spawn(process.execPath, [...flags, script], { env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] }),
    isReady: async (url) => {
      const answer = await fetch(`${url}/readyz`).catch(() => undefined);
      await answer?.arrayBuffer();
      return answer?.ok ?? false;
    },
  });
};

const script = fileURLToPath(
  new URL(FROM_SOURCES ? '../../server/src/main.ts' : '../../server/dist/main.js', import.meta.url),
);

/** What a process that runs the TypeScript sources was itself started with. */
const flags: readonly string[] = FROM_SOURCES
  ? [
      '--no-warnings',
      '--conditions=@muster/source',
      '--import',
      fileURLToPath(new URL('../../../tools/register.mjs', import.meta.url)),
    ]
  : [];
