import { hash, timingSafeEqual } from 'node:crypto';
import {
  type MemberCaller,
  type Route,
  type RequestContext,
  routeOf,
  sessionRequests,
} from '@muster/contracts';
import { DomainError } from '@muster/kernel';
import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Platform } from '../platform.ts';
import { idempotencyKeyIn } from '../idempotency/idempotency-key.ts';
import type { Repeats } from '../idempotency/repeats.ts';
import { type CalledRequest, CallerContext } from './caller.ts';
import { reachDemandedPosition } from './demanded-position.ts';
import type { ObservedRequest } from './observed-requests.ts';

/**
 * Decides who may call a route, by the route table alone: a handler without a row is refused. Nothing here looks at the
 * raw path (path tricks against prefix checks have no prefix check to trick).
 */
@Injectable()
export class AccessGuard implements CanActivate {
  private readonly secrets: readonly Buffer[];

  constructor(
    private readonly platform: Pick<Platform, 'config' | 'requester' | 'clock' | 'keyring' | 'log'>,
    private readonly repeats: Pick<Repeats, 'begin'>,
  ) {
    this.secrets = platform.config.secretHashes.map((hash) => Buffer.from(hash, 'hex'));
  }

  async canActivate(execution: ExecutionContext): Promise<boolean> {
    const request = execution.switchToHttp().getRequest<FastifyRequest & CalledRequest>();
    const route = routeOf(request.method, request.routeOptions.url ?? '');
    if (!route) throw new DomainError('route_not_found');
    if (route.access.caller !== 'public') this.authenticate(request);
    request.caller = await this.caller(request, route);
    this.permit(request, route, request.caller);
    await this.admit(request, request.caller);
    return true;
  }

  /** What a permitted request may still have to wait for, or be answered with: a position, its own repeat. */
  private async admit(request: FastifyRequest & CalledRequest, { repeatable }: CallerContext): Promise<void> {
    await reachDemandedPosition(request, this.platform.log);
    if (!repeatable) return;
    const trial = await this.repeats.begin({ request, ...repeatable });
    if (trial) request.trial = trial;
  }

  private authenticate(request: FastifyRequest): void {
    const [scheme, encoded = ''] = (request.headers.authorization ?? '').split(' ');
    const [projectId = '', ...rest] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
    const digest = hash('sha256', rest.join(':'), 'buffer');
    // Every live secret is compared, so that the time taken tells nothing about which one matched.
    const matches = this.secrets.filter((secret) => timingSafeEqual(secret, digest));
    const known = projectId === this.platform.config.project.projectId;
    if (scheme?.toLowerCase() !== 'basic' || !known || matches.length === 0)
      throw new DomainError('unauthorized_credentials');
  }

  private async caller(request: ObservedRequest, route: Route): Promise<CallerContext> {
    const { config, clock, keyring } = this.platform;
    const context: RequestContext = {
      projectId: config.project.projectId,
      actor: route.access.caller === 'public' ? 'system:public' : `project:${config.project.projectId}`,
      requestId: request.id,
      correlationId: request.id,
      causationId: request.id,
      ...(request.traceparent === undefined ? {} : { traceparent: request.traceparent }),
    };
    const member = await this.member(request, route, context);
    const acting = member ? { ...context, actor: `member:${member.memberId}` } : context;
    return new CallerContext({
      context: acting,
      member,
      rbac: config.rbac,
      clock,
      lookupHash: keyring.lookupHash,
      route,
      idempotencyKey: idempotencyKeyOf(request, route),
    });
  }

  private async member(
    request: FastifyRequest,
    route: Route,
    context: RequestContext,
  ): Promise<MemberCaller | null> {
    const sessionToken = headerOf(request, 'x-stytch-member-session');
    const sessionJwt = headerOf(request, 'x-stytch-member-sessionjwt');
    if (!sessionToken && !sessionJwt) return null;
    // A call that would quietly run with the backend's power is refused instead (fail closed).
    if (route.access.caller !== 'member') throw new DomainError('member_session_not_supported');
    if (sessionToken && sessionJwt) throw new DomainError('too_many_session_arguments');
    const session = sessionToken ? { sessionToken } : { sessionJwt: sessionJwt! };
    return this.platform.requester.ask(sessionRequests.resolve, session, context);
  }

  private permit(request: FastifyRequest, route: Route, caller: CallerContext): void {
    const { organization_id: organization, member_id: member } = (request.params ?? {}) as Record<
      string,
      string
    >;
    if (organization?.startsWith('organization-')) caller.assertOrganization(organization);
    if (route.access.caller === 'member' && route.access.permission !== 'in-handler')
      caller.permit(route.access.permission, member);
  }
}

const headerOf = (request: FastifyRequest, name: string): string | undefined => {
  const value = request.headers[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
};

/**
 * Other methods are idempotent as they are. Callers of public routes are all the same to us, so that one's answer would
 * be another's: no key there.
 */
const idempotencyKeyOf = (request: FastifyRequest, { access }: Route): string | null => {
  const header = request.headers['idempotency-key'];
  if (header === undefined || request.method !== 'POST' || access.caller === 'public') return null;
  const key = idempotencyKeyIn(String(header));
  if (key === undefined) throw new DomainError('bad_request', { pointer: 'Idempotency-Key' });
  return key;
};
