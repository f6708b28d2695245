import { once } from 'node:events';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { routes, type ServiceName, wireErrors } from '@muster/contracts';
import { formatId } from '@muster/kernel';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import findMyWay, { type HTTPMethod } from 'find-my-way';
import { v7 as uuidv7 } from 'uuid';
import { closeWhenAnswered, drain } from './drain.ts';
import { claiming } from './port.ts';

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

/** What a caller is told, in the form of the wire API, while nobody is there to answer. */
export const notAvailable = (): object => {
  const [status_code, error_message] = wireErrors.unavailable;
  const request_id = formatId('request-id', 'test', uuidv7());
  return { status_code, request_id, error_type: 'unavailable', error_message, error_url: '' };
};

/** Until the services are there: it lives, it is not ready, and calls may come again. */
const whileStarting: RequestListener = (request, response) => {
  if (request.url === '/healthz') return alive(response);
  if (request.url === '/readyz') return json(response, 503, { status: 'starting' });
  response.setHeader('retry-after', '1');
  json(response, 503, notAvailable());
};

/** What a process listens with from its first moment on, so that its port is its own before anything else is done. */
export class Listener {
  private answer: RequestListener = whileStarting;

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  /**
   * @param port 0 takes any free one
   * @throws PortTaken
   */
  static async listen(port: number, host: string): Promise<Listener> {
    const server = createServer();
    await claiming(port, host, () => once(server.listen(port, host), 'listening'));
    const { port: actual } = server.address() as AddressInfo;
    const listener = new Listener(server, `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${actual}`);
    server.on('request', (request, response) => listener.answer(request, response));
    return listener;
  }

  /** From now on requests are answered by these. */
  serve(answer: RequestListener): void {
    this.answer = answer;
  }

  /** Serves on for so many seconds, and has callers come back another way. */
  drain(seconds: number): Promise<void> {
    return drain(this.server, seconds);
  }

  /** Lets what is under way be answered. */
  async close(): Promise<void> {
    if (this.server.listening) await closeWhenAnswered(this.server);
  }
}

/**
 * All services of the process behind one listener: the route table says whose a request is, that service's own router
 * does the rest (and answers for what nobody owns).
 */
export const routed = (applications: Applications, own: OwnRoutes): RequestListener => {
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
  return (request, response) => {
    const path = request.url!.split('?', 1)[0]!;
    const answer = request.method === 'GET' ? own[path] : undefined;
    if (answer) return answer(response);
    const owner = applications[ownerOf(request.method!, path)] ?? anybody;
    owner.getHttpAdapter().getInstance().routing(request, response);
  };
};
