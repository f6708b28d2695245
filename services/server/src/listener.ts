import { createServer, type Server, type ServerResponse } from 'node:http';
import { routes, type ServiceName } from '@muster/contracts';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import findMyWay, { type HTTPMethod } from 'find-my-way';

/** The services that this process runs. */
export type Applications = Readonly<Partial<Record<ServiceName, NestFastifyApplication>>>;

/** Routes of the process itself: whether it lives, whether it is ready, what it offers. */
export type OwnRoutes = Readonly<Record<string, (response: ServerResponse) => void>>;

const json = (response: ServerResponse, status: number, body: object): void => {
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
  });
  response.end(JSON.stringify(body));
};

/** That the process is there. */
export const alive = (response: ServerResponse): void => json(response, 200, { status: 'ok' });

/** Whether it can serve, and which of its dependencies it has to do without meanwhile. */
export const readiness =
  (isReady: () => boolean, degraded: () => readonly string[]) =>
  (response: ServerResponse): void => {
    if (!isReady()) return json(response, 503, { status: 'starting' });
    const without = degraded();
    json(response, 200, without.length === 0 ? { status: 'ok' } : { status: 'degraded', degraded: without });
  };

/**
 * One listener for all services: the route table says whose a request is, that service's own router does the rest (and
 * answers for what nobody owns).
 */
export const createListener = (applications: Applications, own: OwnRoutes): Server => {
  const owners = findMyWay({ maxParamLength: 512 });
  // Most paths have no parameter: for those a look at a table is enough.
  const exact = new Map<string, ServiceName>();
  for (const { method, path, service } of routes) {
    owners.on(method as HTTPMethod, path, () => undefined, { service });
    if (!path.includes(':')) exact.set(`${method} ${path}`, service);
  }
  const ownerOf = (method: string, path: string): ServiceName => {
    const known = exact.get(`${method} ${path}`);
    if (known) return known;
    const found = owners.find(method as HTTPMethod, path)?.store as { service: ServiceName } | undefined;
    return found?.service ?? 'organization';
  };
  // Any of them knows how to say that a path is not here.
  const anybody = Object.values(applications)[0]!;
  return createServer((request, response) => {
    const path = request.url!.split('?', 1)[0]!;
    const answer = request.method === 'GET' ? own[path] : undefined;
    if (answer) return answer(response);
    const owner = applications[ownerOf(request.method!, path)] ?? anybody;
    owner.getHttpAdapter().getInstance().routing(request, response);
  });
};
