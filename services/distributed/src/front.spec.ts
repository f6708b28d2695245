import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import type { FastifyInstance } from 'fastify';
import { createFront } from './front.ts';

/** A process that says who it is, what it was asked, and with what. */
const startEcho = async (name: string): Promise<Server> => {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method, url } = request;
      response.writeHead(request.url === '/readyz' ? 200 : 418, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ name, method, url, body: Buffer.concat(chunks).toString() }));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
};
const urlOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

describe('the one address before all processes', () => {
  let servers: Readonly<Record<string, Server>>;
  let front: FastifyInstance;
  let seeded = false;
  beforeAll(async () => {
    servers = {
      organization: await startEcho('organization'),
      'session 1': await startEcho('session 1'),
      'session 2': await startEcho('session 2'),
    };
    front = await createFront(
      (service) =>
        service === 'session'
          ? [urlOf(servers['session 1']!), urlOf(servers['session 2']!)]
          : [service === 'organization' ? urlOf(servers['organization']!) : 'http://127.0.0.1:1'],
      () => seeded,
    );
  });
  afterAll(async () => {
    await front.close();
    for (const server of Object.values(servers)) server.close();
  });

  it('hands a request to whose route it is, as it came', async () => {
    const url = '/v1/b2b/organizations/acme/members/m%2F1?full=yes';
    const answer = await front.inject({ method: 'PUT', url, payload: '{"not JSON' });
    expect(answer.statusCode).toBe(418);
    expect(answer.json()).toEqual({ name: 'organization', method: 'PUT', url, body: '{"not JSON' });
  });

  it('lets replicas take turns', async () => {
    const names = [];
    for (let n = 0; n < 4; n++) {
      const answer = await front.inject({ method: 'POST', url: '/v1/b2b/sessions/authenticate' });
      names.push(answer.json().name);
    }
    expect(names.filter((name) => name === 'session 1')).toHaveLength(2);
    expect(names.filter((name) => name === 'session 2')).toHaveLength(2);
  });

  it('says of a process that is away what a service says of another: 503, try again', async () => {
    const answer = await front.inject({ method: 'GET', url: '/v1/events' });
    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '1']);
    expect(answer.json()).toMatchObject({ status_code: 503, error_type: 'unavailable' });
  });

  it('gives what nobody owns to somebody who knows how to say so', async () => {
    expect((await front.inject('/nowhere')).json().name).toBe('organization');
  });

  it('is ready when all processes are, and what a new directory starts with is there', async () => {
    expect((await front.inject('/readyz')).statusCode).toBe(503);
    seeded = true;
    expect((await front.inject('/readyz')).statusCode).toBe(503);
  });
});
