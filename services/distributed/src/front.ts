import replyFrom from '@fastify/reply-from';
import { routes, type ServiceName, serviceNames } from '@muster/contracts';
import { notAvailable } from '@muster/server';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';

/** Where the processes of each service listen; undefined: one that is there and does not listen yet. */
export type Addresses = (service: ServiceName) => readonly (string | undefined)[];

/** Longer than any answer takes; the event stream sends a sign of life more often. */
const PATIENCE_MILLISECONDS = 60_000;

/**
 * One address before all processes, for this host: the route table says whose a request is, and replicas take turns. What
 * a reverse proxy does in production (`deploy/`), for development and tests without one.
 */
export const createFront = async (
  addresses: Addresses,
  isSeeded: () => boolean,
): Promise<FastifyInstance> => {
  const front = Fastify({ routerOptions: { maxParamLength: 512 }, forceCloseConnections: true });
  await front.register(replyFrom, {
    undici: { headersTimeout: PATIENCE_MILLISECONDS, bodyTimeout: PATIENCE_MILLISECONDS },
  });
  // Bodies pass through as they are: services judge them.
  front.removeAllContentTypeParsers();
  front.addContentTypeParser('*', (_, payload, done) => done(null, payload));
  const next = turns(addresses);
  const to = (service: ServiceName) => (request: FastifyRequest, reply: FastifyReply) => {
    const address = next(service);
    if (address === undefined) return comeAgain(reply);
    return reply.from(`${address}${request.raw.url!}`, {
      onError: (failed) => void comeAgain(failed as unknown as FastifyReply),
    });
  };
  for (const { method, path: url, service } of routes)
    front.route({ method, url, exposeHeadRoute: false, handler: to(service) });
  front.get('/healthz', () => ({ status: 'ok' }));
  front.get('/readyz', async (_, reply) => {
    const ready = isSeeded() && (await areReady(addresses));
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ok' : 'starting' });
  });
  // Figures are a process's own: `processes.json` says where each listens.
  front.get('/metrics', (_, reply) => reply.code(404).send());
  front.get('/openapi.json', () => reference(addresses));
  front.get('/docs', to('operations'));
  front.get('/docs/*', to('operations'));
  front.setNotFoundHandler(to('organization'));
  return front;
};

const turns = (addresses: Addresses) => {
  let turn = 0;
  return (service: ServiceName): string | undefined => {
    const all = addresses(service).filter((address) => address !== undefined);
    return all[(turn += 1) % all.length];
  };
};

/** What a service says itself when one it needs does not answer. */
const comeAgain = (reply: FastifyReply) => reply.code(503).header('retry-after', '1').send(notAvailable());

const areReady = async (addresses: Addresses): Promise<boolean> => {
  const all = serviceNames.flatMap(addresses).map(async (url) => {
    if (url === undefined) return false;
    const answer = await fetch(`${url}/readyz`).catch(() => undefined);
    await answer?.arrayBuffer();
    return answer?.ok ?? false;
  });
  return (await Promise.all(all)).every(Boolean);
};

type Document = { readonly paths: object };

/** Every process describes its own routes. */
const reference = async (addresses: Addresses): Promise<Document> => {
  const documents = await Promise.all(
    serviceNames.map(async (service) => {
      const answer = await fetch(`${addresses(service)[0]!}/openapi.json`);
      return (await answer.json()) as Document;
    }),
  );
  return { ...documents[0]!, paths: Object.assign({}, ...documents.map(({ paths }) => paths)) };
};
