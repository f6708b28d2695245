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
import { demandsPosition, reachDemandedPosition } from './demanded-position.ts';
import type { ObservedRequest } from './observed-requests.ts';
import { ProjectCredentials } from './project-credentials.ts';

/**
 * Decides who may call a route, by the route table alone: a handler without a row is refused. Nothing here looks at the
 * raw path (path tricks against prefix checks have no prefix check to trick).
 */
@Injectable()
export class AccessGuard implements CanActivate {
  private readonly credentials: ProjectCredentials;

  constructor(
    private readonly platform: Pick<Platform, 'config' | 'requester' | 'clock' | 'keyring' | 'log'>,
    private readonly repeats: Pick<Repeats, 'begin'>,
  ) {
    const { project, secretHashes } = platform.config;
    this.credentials = new ProjectCredentials(project.projectId, secretHashes);
  }

  /** Without a promise where nothing has to be waited for, as with most calls: each would be a turn for nothing. */
  canActivate(execution: ExecutionContext): boolean | Promise<boolean> {
    const request = execution.switchToHttp().getRequest<FastifyRequest & CalledRequest>();
    const route = routeOf(request.method, request.routeOptions.url ?? '');
    if (!route) throw new DomainError('route_not_found');
    if (route.access.caller !== 'public') this.authenticate(request);
    const context = this.context(request, route);
    const session = memberSessionIn(request, route);
    if (!session) return this.admit(request, route, this.caller(request, route, context, null));
    return this.platform.requester
      .ask(sessionRequests.resolve, session, context)
      .then((member) => this.admit(request, route, this.caller(request, route, context, member)));
  }

  private admit(
    request: FastifyRequest & CalledRequest,
    route: Route,
    caller: CallerContext,
  ): boolean | Promise<boolean> {
    request.caller = caller;
    this.permit(request, route, caller);
    return caller.repeatable || demandsPosition(request) ? this.waitedFor(request, caller) : true;
  }

  /** What a permitted request may still have to wait for, or be answered with: a position, its own repeat. */
  private async waitedFor(
    request: FastifyRequest & CalledRequest,
    { repeatable }: CallerContext,
  ): Promise<boolean> {
    if (demandsPosition(request)) await reachDemandedPosition(request, this.platform.log);
    const trial = repeatable && (await this.repeats.begin({ request, ...repeatable }));
    if (trial) request.trial = trial;
    return true;
  }

  private authenticate({ headers }: FastifyRequest): void {
    if (!this.credentials.areIn(headers.authorization ?? ''))
      throw new DomainError('unauthorized_credentials');
  }

  private context(request: ObservedRequest, route: Route): RequestContext {
    const { projectId } = this.platform.config.project;
    return {
      projectId,
      actor: route.access.caller === 'public' ? 'system:public' : `project:${projectId}`,
      requestId: request.id,
      correlationId: request.id,
      causationId: request.id,
      ...(request.traceparent === undefined ? {} : { traceparent: request.traceparent }),
    };
  }

  private caller(
    request: FastifyRequest,
    route: Route,
    context: RequestContext,
    member: MemberCaller | null,
  ): CallerContext {
    const { config, clock, keyring } = this.platform;
    return new CallerContext({
      context: member ? { ...context, actor: `member:${member.memberId}` } : context,
      member,
      rbac: config.rbac,
      clock,
      lookupHash: keyring.lookupHash,
      route,
      idempotencyKey: idempotencyKeyOf(request, route),
    });
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

/** The member session that a call is made with, if any. */
const memberSessionIn = (
  request: FastifyRequest,
  route: Route,
): { readonly sessionToken: string } | { readonly sessionJwt: string } | null => {
  const sessionToken = headerOf(request, 'x-stytch-member-session');
  const sessionJwt = headerOf(request, 'x-stytch-member-sessionjwt');
  if (!sessionToken && !sessionJwt) return null;
  // A call that would quietly run with the backend's power is refused instead (fail closed).
  if (route.access.caller !== 'member') throw new DomainError('member_session_not_supported');
  if (sessionToken && sessionJwt) throw new DomainError('too_many_session_arguments');
  return sessionToken ? { sessionToken } : { sessionJwt: sessionJwt! };
};

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
