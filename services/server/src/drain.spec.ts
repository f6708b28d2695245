import { once } from 'node:events';
import { Agent, createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { closeWhenAnswered, drain, drainSecondsIn } from './drain.ts';

/** A listener whose answers come when they are let go. */
const slowServer = async () => {
  const held: (() => void)[] = [];
  const server = createServer((_, response) => void held.push(() => response.end('done')));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, held, port: (server.address() as AddressInfo).port };
};

const ask = (port: number, agent?: Agent): Promise<string | undefined> =>
  new Promise((resolve, reject) => {
    const options = { port, host: '127.0.0.1', ...(agent ? { agent } : {}) };
    request(options, (response) => {
      response.resume().once('end', () => resolve(response.headers.connection));
    })
      .once('error', reject)
      .end();
  });

const arrived = (server: Server) => once(server, 'request');

describe('the end of a listener', () => {
  it('waits for answers under way, and ends connections that are kept open', async () => {
    const { server, held, port } = await slowServer();
    const agent = new Agent({ keepAlive: true });
    const come = arrived(server);
    const answer = ask(port, agent);
    await come;
    let ended = false;
    await drain(server, 0);
    const draining = closeWhenAnswered(server).then(() => (ended = true));
    while (server.listening) await nextTurn();
    await expect(ask(port, new Agent())).rejects.toThrow('ECONNREFUSED');
    expect(ended).toBe(false);
    held.shift()!();
    await answer;
    await draining;
    agent.destroy();
  });

  it('goes on serving until load balancers know, and asks callers to come back elsewhere', async () => {
    const { server, held, port } = await slowServer();
    const agent = new Agent({ keepAlive: true });
    let drained = false;
    const draining = drain(server, 0.5).then(() => (drained = true));
    const come = arrived(server);
    const answer = ask(port, agent);
    await come;
    expect(drained).toBe(false);
    held.shift()!();
    expect(await answer).toBe('close');
    await draining;
    expect(server.listening).toBe(true);
    await closeWhenAnswered(server);
    agent.destroy();
  });

  it('does not wait for ever: who has not been answered by then is cut off', async () => {
    const { server, port } = await slowServer();
    const come = arrived(server);
    const answer = ask(port).catch((error: NodeJS.ErrnoException) => error.code);
    await come;
    await closeWhenAnswered(server, 50);
    expect(await answer).toBe('ECONNRESET');
  });

  it('takes its time in production only, unless it is told', () => {
    expect(drainSecondsIn({ MUSTER_MODE: 'development' })).toBe(0);
    expect(drainSecondsIn({ MUSTER_MODE: 'production' })).toBe(5);
    expect(drainSecondsIn({ MUSTER_MODE: 'production', MUSTER_DRAIN_SECONDS: 0 })).toBe(0);
    expect(drainSecondsIn({ MUSTER_MODE: 'development', MUSTER_DRAIN_SECONDS: 2 })).toBe(2);
  });
});
