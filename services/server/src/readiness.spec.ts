import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Dependencies } from '@muster/observability';
import { readinessPage, type Stage } from './readiness.ts';

const servers: Server[] = [];
afterAll(() =>
  servers.forEach((server) => {
    server.closeAllConnections();
    server.close();
  }),
);

const ask = async (stage: Stage, there: Readonly<Record<string, boolean>> = {}) => {
  const dependencies = new Dependencies();
  for (const [name, isThere] of Object.entries(there))
    dependencies.add({ name, required: name === 'event_log', isThere: () => isThere });
  const page = readinessPage(() => stage, dependencies);
  const server = createServer((_, response) => page(response));
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/readyz`);
  return [answer.status, await answer.json()];
};

describe('whether to send requests here', () => {
  it.each(['starting', 'draining'] as const)('not while it is %s', async (stage) => {
    expect(await ask(stage, { event_log: true })).toEqual([503, { status: stage }]);
  });

  it('yes, when all is there', async () => {
    expect(await ask('ready', { event_log: true, nats: true })).toEqual([200, { status: 'ok' }]);
  });

  it('I19: yes, without bus, mail and other services, which are named', async () => {
    const there = { event_log: true, nats: false, mail: false, identity: false, read_store: true };
    expect(await ask('ready', there)).toEqual([
      200,
      { status: 'degraded', degraded: ['identity', 'mail', 'nats'] },
    ]);
  });

  it('E27: not without the log, in which every decision is made', async () => {
    expect(await ask('ready', { event_log: false, nats: false })).toEqual([
      503,
      { status: 'unavailable', unavailable: ['event_log'], degraded: ['nats'] },
    ]);
  });
});
