import { createServer } from 'node:net';

const isFree = (port: number, host: string): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, host, () => probe.close(() => resolve(true)));
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

const FURTHER_PORTS = 100;

const nextFree = async (port: number, host: string): Promise<number | undefined> => {
  for (let next = port + 1; next < Math.min(port + FURTHER_PORTS, 65_536); next++)
    if (await isFree(next, host)) return next;
  return undefined;
};

/**
 * Has somebody listen on a port, and says it well when another process has it. To listen is the only way to have a
 * port: one that was free a moment ago may be another's by now.
 * @throws PortTaken
 */
export const claiming = async <T>(port: number, host: string, listen: () => Promise<T>): Promise<T> => {
  try {
    return await listen();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new PortTaken(port, await nextFree(port, host));
  }
};
