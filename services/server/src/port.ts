import { createServer } from 'node:net';

const isFree = (port: number, host: string): Promise<number | undefined> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(undefined));
    probe.listen(port, host, () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : undefined));
    });
  });

/** The port is taken; `next` is the first one after it that is free. */
export class PortTaken extends Error {
  constructor(
    readonly port: number,
    readonly next: number | undefined,
  ) {
    const hint = next === undefined ? '' : ` The next free one is ${next}: PORT=${next} npm start`;
    super(`port ${port} is in use.${hint}`);
    this.name = 'PortTaken';
  }
}

/** The port to listen on; 0 asks for any free one. */
export const freePort = async (port: number, host: string): Promise<number> => {
  const free = await isFree(port, host);
  if (free !== undefined) return free;
  for (let next = port + 1; next < Math.min(port + 100, 65_536); next++)
    if ((await isFree(next, host)) !== undefined) throw new PortTaken(port, next);
  throw new PortTaken(port, undefined);
};
