import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { type Route, routes, type ServiceName, serviceNames, wireErrors } from '@muster/contracts';
// @ts-expect-error -- a tool in plain JavaScript
import { caddyfile, ownersByPath } from '../../tools/proxy-routes/caddyfile.mjs';
// @ts-expect-error -- a tool in plain JavaScript
import { proxyFiles } from '../../tools/proxy-routes/files.mjs';
import { Caddy, describeWithCaddy } from './caddy.ts';

type Paths = readonly Pick<Route, 'path' | 'service'>[];

describe("the reverse proxy's configuration", () => {
  it.each((proxyFiles as readonly URL[]).map((file) => [file.pathname.split('/deploy/')[1]!, file] as const))(
    '%s says what the route table says (else: npm run deploy:routes)',
    (_, file) => {
      expect(readFileSync(file, 'utf8')).toBe(caddyfile({ routes, serviceNames, wireErrors }));
    },
  );

  it('is not made where methods of one path belong to different services', () => {
    const paths: Paths = [
      { path: '/v1/x', service: 'session' },
      { path: '/v1/x', service: 'identity' },
    ];
    expect(() => (ownersByPath as (paths: Paths) => void)(paths)).toThrow(
      '/v1/x belongs to session and to identity',
    );
  });
});

describeWithCaddy('the reverse proxy', () => {
  const servers: Partial<Record<ServiceName, Server>> = {};
  const addresses: Partial<Record<ServiceName, string>> = {};
  let caddy: Caddy;

  beforeAll(async () => {
    for (const service of serviceNames) {
      const server = createServer((request, response) => {
        response.setHeader('x-service', service);
        response.end(JSON.stringify([request.method, request.url]));
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
      servers[service] = server;
      addresses[service] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    }
    caddy = await Caddy.start(addresses as Record<ServiceName, string>);
  }, 60_000);
  afterAll(() => {
    caddy?.stop();
    for (const server of Object.values(servers)) server.closeAllConnections();
    for (const server of Object.values(servers)) server.close();
  });

  const ask = async (method: string, path: string) => {
    const answer = await fetch(`${caddy.url}${path}`, { method });
    return { status: answer.status, service: answer.headers.get('x-service'), text: await answer.text() };
  };

  it.each(routes.map(({ method, path, service }) => [method, path, service] as const))(
    'sends %s %s to %s, with the path as it came',
    async (method, path, service) => {
      const url = path.replaceAll(/:[a-z_]+/g, 'a.b-1%20c');
      const answer = await ask(method, `${url}?cursor=1`);
      expect([answer.service, JSON.parse(answer.text)]).toEqual([service, [method, `${url}?cursor=1`]]);
    },
  );

  it('takes a word for the word, where a parameter could stand: /members/search is nobody’s id', async () => {
    expect((await ask('POST', '/v1/b2b/organizations/members/search')).service).toBe('organization');
    expect((await ask('GET', '/v1/b2b/sessions/jwks/project-1')).service).toBe('session');
  });

  it('sends what nobody owns to organization, which refuses it in the words of the API', async () => {
    expect((await ask('GET', '/v1/nothing')).service).toBe('organization');
  });

  it.each(['/metrics', '/readyz', '/healthz'])(
    'attack: %s of a process is not reached from outside',
    async (path) => {
      expect(await ask('GET', path)).toEqual({ status: 404, service: null, text: '' });
    },
  );

  it('says that a service is away in the words of the API, and that it may be tried again', async () => {
    servers.identity!.closeAllConnections();
    servers.identity!.close();
    await once(servers.identity!, 'close');
    const answer = await fetch(`${caddy.url}/v1/b2b/otps/email/discovery/send`, { method: 'POST' });
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await answer.json()).toMatchObject({ status_code: 503, error_type: 'unavailable' });
    expect((await ask('GET', '/v1/projections')).service).toBe('operations');
  });
});
