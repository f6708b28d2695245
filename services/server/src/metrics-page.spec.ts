import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type MetricsAccess, metricsAccessIn, metricsPage } from './metrics-page.ts';

const token = 'a-token-of-prometheus';
const metrics = { contentType: 'text/plain; version=0.0.4; charset=utf-8', text: async () => 'up 1\n' };
const servers: Server[] = [];
afterAll(() =>
  servers.forEach((server) => {
    server.closeAllConnections();
    server.close();
  }),
);

const read = async (access: MetricsAccess, authorization?: string) => {
  const page = metricsPage(metrics, access);
  const server = createServer((_, response) => page(response));
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const headers = authorization === undefined ? {} : { authorization };
  const answer = await fetch(`http://127.0.0.1:${port}/metrics`, { headers });
  return [answer.status, await answer.text()];
};

describe('who may read the metrics', () => {
  it('is anybody in development, nobody in production, and with a token who knows it', () => {
    expect(metricsAccessIn({ MUSTER_MODE: 'development' })).toBe('open');
    expect(metricsAccessIn({ MUSTER_MODE: 'production' })).toBe('closed');
    for (const MUSTER_MODE of ['development', 'production'] as const)
      expect(metricsAccessIn({ MUSTER_MODE, MUSTER_METRICS_TOKEN: token })).toEqual({ token });
  });

  it('reads them with the token', async () => {
    expect(await read('open')).toEqual([200, 'up 1\n']);
    expect(await read({ token }, `Bearer ${token}`)).toEqual([200, 'up 1\n']);
  });

  it('attack: a stranger in production learns not even that they are there', async () => {
    expect(await read('closed')).toEqual([404, '']);
    expect(await read('closed', `Bearer ${token}`)).toEqual([404, '']);
  });

  it.each([
    ['no token', undefined],
    ['another token', `Bearer ${token}x`],
    ['half of it', `Bearer ${token.slice(0, -1)}`],
    ['an empty one', 'Bearer '],
    ['another scheme', `Basic ${token}`],
    ['the token alone', token],
  ])('attack: %s reads nothing', async (_, authorization) => {
    expect(await read({ token }, authorization)).toEqual([401, '']);
  });
});
