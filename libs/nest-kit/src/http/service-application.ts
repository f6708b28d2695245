import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { CustomTransportStrategy } from '@nestjs/microservices';
import { type DynamicModule, type LoggerService, StreamableFile } from '@nestjs/common';
import type { Environment } from '@muster/kernel';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { newIdIn } from '../clock.ts';
import { openRequestScope } from '../request-scope.ts';
import type { CalledRequest } from './caller.ts';
import { enveloped, type ScopedRequest } from './envelope.ts';
import { type ObservedRequest, observeRequests, type RequestObserver } from './observed-requests.ts';

const BODY_LIMIT_BYTES = 256 * 1_024;

/** Every success of the wire is 200; Nest would answer 201 to each POST. */
class WireAdapter extends FastifyAdapter {
  override status(response: FastifyReply, statusCode: number): FastifyReply {
    return super.status(response, statusCode === 201 ? 200 : statusCode) as FastifyReply;
  }

  /** Of what a handler gave: the answer, kept first where the request may be repeated. Errors go another way. */
  override reply(response: FastifyReply, body: unknown, statusCode?: number): FastifyReply {
    const status = statusCode === 201 ? 200 : statusCode;
    const answer = body instanceof StreamableFile ? body : enveloped(response, body);
    const { trial } = response.request as FastifyRequest & CalledRequest;
    if (!trial) return super.reply(response, answer, status);
    const kept = trial.succeeded(answer, status ?? response.statusCode, response);
    // Nest waits for what this gives; the type knows nothing of that.
    return kept.then(() => super.reply(response, answer, status)) as unknown as FastifyReply;
  }
}

const adapterFor = (environment: Environment, observer: RequestObserver | undefined): FastifyAdapter => {
  const newId = newIdIn(environment);
  const adapter = new WireAdapter({
    bodyLimit: BODY_LIMIT_BYTES,
    genReqId: () => newId('request-id'),
    routerOptions: { maxParamLength: 512 },
  });
  const fastify = adapter.getInstance();
  // A body is JSON or nothing. SDKs announce JSON on calls without a body, which the default parser refuses.
  fastify.removeAllContentTypeParsers();
  const parse = fastify.getDefaultJsonParser('error', 'error');
  fastify.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body.length === 0) done(null, undefined);
    else void parse(request, body as string, done);
  });
  if (observer) observeRequests(fastify as unknown as FastifyInstance, observer);
  fastify.addHook('preHandler', (request: ScopedRequest & ObservedRequest, _, done) => {
    const { id, traceparent } = request;
    openRequestScope({ requestId: id, correlationId: id, traceparent }, (scope) => {
      request.scope = scope;
      done();
    });
  });
  return adapter;
};

/** One service as a Nest application: its routes on Fastify, its answers to other services on the given transport. */
export const createServiceApplication = async (
  module: DynamicModule,
  options: {
    readonly environment: Environment;
    readonly transport: CustomTransportStrategy;
    readonly logger: LoggerService | false;
    /** Told of each request that was answered; nobody where not given. */
    readonly observer?: RequestObserver | undefined;
  },
): Promise<NestFastifyApplication> => {
  const application = await NestFactory.create<NestFastifyApplication>(
    module,
    adapterFor(options.environment, options.observer),
    { logger: options.logger, bodyParser: false },
  );
  application.connectMicroservice({ strategy: options.transport });
  await application.startAllMicroservices();
  await application.init();
  await application.getHttpAdapter().getInstance().ready();
  return application;
};
