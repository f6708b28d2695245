import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as after } from 'node:timers/promises';

const READY_MILLISECONDS = 10_000;

/** There is no NATS, and none can be started. */
export class NoNatsServer extends Error {
  constructor(cause: unknown) {
    super(
      'nats-server is not on the PATH: install it (Debian: apt-get install nats-server), or name a running one in MUSTER_NATS_URL',
      { cause },
    );
    this.name = 'NoNatsServer';
  }
}

export type NatsProcess = { readonly url: string; stop(): Promise<void> };

/** A NATS server for this host alone, its data under the given directory. @throws NoNatsServer */
export const startNats = async (port: number, directory: string): Promise<NatsProcess> => {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const arguments_ = ['-a', '127.0.0.1', '-p', String(port), '-js', '-sd', directory];
  const child = spawn('nats-server', arguments_, { stdio: 'ignore' });
  const failed = new Promise<never>((_, reject) =>
    child.once('error', (cause) => reject(new NoNatsServer(cause))),
  );
  await Promise.race([listening(port), failed]);
  return { url: `nats://127.0.0.1:${port}`, stop: () => ended(child) };
};

const listening = async (port: number): Promise<void> => {
  const deadline = performance.now() + READY_MILLISECONDS;
  while (!(await answers(port))) {
    if (performance.now() > deadline) throw new Error('nats-server does not answer');
    await after(25);
  }
};

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (is: boolean) => {
      socket.destroy();
      resolve(is);
    };
    socket.once('connect', () => end(true)).once('error', () => end(false));
  });

const ended = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  await exit;
};
