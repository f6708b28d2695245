import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { join } from 'node:path';
import { dieTogether, profileFlags, root, sourceFlags } from './child.ts';
import { credentialsIn } from './data-directory.ts';

/** A server outside this process. */
export type RunningServer = {
  readonly url: string;
  /** `Basic …` of the project. */
  readonly authorization: string;
  /** From the start of the process until it said that it is ready, in milliseconds. */
  readonly readyAfter: number;
  post<T>(path: string, body: object, headers?: Readonly<Record<string, string>>): Promise<T>;
  get<T>(path: string): Promise<T>;
  stop(): Promise<void>;
};

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
};

const PATIENCE_MILLISECONDS = 600_000;

const untilReady = async (url: string, hasEnded: () => boolean): Promise<void> => {
  const deadline = Date.now() + PATIENCE_MILLISECONDS;
  while (Date.now() < deadline) {
    if (hasEnded()) throw new Error('the server ended before it was ready');
    const answer = await fetch(`${url}/readyz`).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer?.ok) return;
    await pause(5);
  }
  throw new Error('the server does not get ready');
};

const mains = {
  /** All services in one process, as `npm start` runs them. */
  standalone: 'services/server/src/main.ts',
  /** A process for each service over NATS, as `npm run start:distributed` runs them. */
  distributed: 'services/distributed/src/main.ts',
} as const;
export type Shape = keyof typeof mains;

/** Starts a server on a data directory; nothing of whoever runs the benchmarks gets into its environment. */
export const startServer = async (
  dataDirectory: string,
  shape: Shape = 'standalone',
): Promise<RunningServer> => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const started = performance.now();
  const main = join(root, mains[shape]);
  const child = spawn(process.execPath, [...sourceFlags, ...profileFlags(), main, '--seed', 'none'], {
    cwd: root,
    env: {
      PATH: process.env['PATH'],
      PORT: String(port),
      MUSTER_DATA_DIR: dataDirectory,
      MUSTER_LOG_LEVEL: process.env['MUSTER_LOG_LEVEL'] ?? 'error',
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  dieTogether(child);
  await untilReady(url, () => child.exitCode !== null);
  const readyAfter = performance.now() - started;
  const { projectId, secret } = credentialsIn(dataDirectory);
  const authorization = `Basic ${Buffer.from(`${projectId}:${secret}`).toString('base64')}`;
  const call = async <T>(path: string, init: RequestInit): Promise<T> => {
    const answer = await fetch(`${url}${path}`, {
      ...init,
      headers: { authorization, 'content-type': 'application/json', ...(init.headers as object) },
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${text}`);
    return JSON.parse(text) as T;
  };
  return {
    url,
    authorization,
    readyAfter,
    post: (path, body, headers = {}) => call(path, { method: 'POST', body: JSON.stringify(body), headers }),
    get: (path) => call(path, {}),
    stop: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
};

type Mail = { readonly codes: readonly string[] };

/** The newest code that the dev mailbox caught for an address; waits for it. */
export const codeFor = async (server: RunningServer, address: string): Promise<string> => {
  for (;;) {
    const mails = await server.get<readonly Mail[]>(`/dev/mailbox.json?to=${encodeURIComponent(address)}`);
    const code = mails[0]?.codes[0];
    if (code !== undefined) return code;
    await pause(5);
  }
};
