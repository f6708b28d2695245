import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { connect } from 'node:net';
import { KeptProcess } from './kept-process.ts';

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

/** A NATS server for this host alone, its data under the given directory. */
export const natsProcess = (port: number, directory: string): KeptProcess =>
  new KeptProcess({
    name: 'nats',
    url: `nats://127.0.0.1:${port}`,
    spawn: () => {
      mkdirSync(directory, { recursive: true, mode: 0o700 });
      const arguments_ = ['-a', '127.0.0.1', '-p', String(port), '-js', '-sd', directory];
      return spawn('nats-server', arguments_, { stdio: 'ignore' });
    },
    isReady: () => answers(port),
  });

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (is: boolean) => {
      socket.destroy();
      resolve(is);
    };
    socket.once('connect', () => end(true)).once('error', () => end(false));
  });
