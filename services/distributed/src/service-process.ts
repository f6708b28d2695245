import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ServiceName } from '@muster/contracts';
import { KeptProcess } from './kept-process.ts';

const FROM_SOURCES = import.meta.url.endsWith('.ts');

/** A server that runs one service. */
export const serviceProcess = (
  service: ServiceName,
  port: number,
  variables: NodeJS.ProcessEnv,
): KeptProcess => {
  const url = `http://127.0.0.1:${port}`;
  const env = { ...variables, MUSTER_SERVICE: service, PORT: String(port) };
  return new KeptProcess({
    name: service,
    url,
    // By the channel it learns when whoever started it is gone.
    spawn: () =>
      spawn(process.execPath, [...flags, script], { env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] }),
    isReady: async () => {
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
