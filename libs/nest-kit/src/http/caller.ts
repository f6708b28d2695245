import {
  grantingRoles,
  type MemberCaller,
  type MemberPermission,
  type RbacPolicy,
  type RequestContext,
  type Route,
} from '@muster/contracts';
import { type CommandContext, commandContext, type LookupHash, timeOrderedUuid } from '@muster/eventsourcing';
import { type Clock, DomainError, type Json } from '@muster/kernel';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Trial } from '../idempotency/repeats.ts';

/** Whose `Idempotency-Key` it is: a member's key is not the backend's, nor another member's. */
export type RepeatableBy = { readonly scope: string; readonly key: string };

type CallerParts = {
  readonly context: RequestContext;
  readonly member: MemberCaller | null;
  readonly rbac: RbacPolicy;
  readonly clock: Clock;
  readonly lookupHash: LookupHash;
  readonly route: Route;
  readonly idempotencyKey: string | null;
};

/** Who calls: the application's backend, or one of its members behind a member-session header. */
export class CallerContext {
  readonly context: RequestContext;
  readonly member: MemberCaller | null;

  constructor(private readonly parts: CallerParts) {
    this.context = parts.context;
    this.member = parts.member;
  }

  /** How a repeat of this request is known; null where it brings no `Idempotency-Key`. */
  get repeatable(): { readonly route: Route; readonly by: RepeatableBy } | null {
    const { idempotencyKey: key, route } = this.parts;
    return key === null ? null : { route, by: { scope: this.scope(), key } };
  }

  /**
   * Lets the backend do anything, and a member what their roles allow in their own organization.
   * @param targetMemberId where it is the caller, the `self` permission is enough
   * @throws DomainError session_authorization_error
   */
  permit({ member, self }: MemberPermission, targetMemberId?: string): void {
    if (!this.member) return;
    const allowed = [member, ...(self && targetMemberId === this.member.memberId ? [self] : [])];
    if (!allowed.some((permission) => this.holds(permission)))
      throw new DomainError('session_authorization_error');
  }

  /** @throws DomainError session_authorization_tenancy_error where a member acts on another organization */
  assertOrganization(organizationId: string): void {
    if (this.member && this.member.organizationId !== organizationId)
      throw new DomainError('session_authorization_tenancy_error');
  }

  /**
   * Metadata for a command of this request. With an `Idempotency-Key` a repeat is the same command (E5).
   * @param asked target and body: what a repeat must be equal in
   */
  command(type: string, asked: object | Json): CommandContext {
    const { context, clock, idempotencyKey, lookupHash } = this.parts;
    // The log keeps command ids for ever, and kept answers open with the client's key: so this hash has a key, too.
    const commandId =
      idempotencyKey === null
        ? timeOrderedUuid()
        : lookupHash(`${this.scope()}/idempotency-key`, `${type}\0${idempotencyKey}`);
    return commandContext(context, { commandId, at: clock(), content: { type, asked: plain(asked) } });
  }

  private scope(): string {
    const { context, member } = this.parts;
    return `${context.projectId}/${member ? `${member.organizationId}/${member.memberId}` : 'project'}`;
  }

  private holds(permission: string): boolean {
    const [resource = '', action = ''] = permission.split(':');
    return grantingRoles(this.parts.rbac, this.member!.roles, resource, action).length > 0;
  }
}

/** A validated body without its class, nested ones too. */
const plain = (asked: object | Json): Json => JSON.parse(JSON.stringify(asked)) as Json;

/** The request as the guard leaves it. */
export type CalledRequest = { caller?: CallerContext; trial?: Trial };

/** The caller, as the guard established them. */
export const Caller = createParamDecorator((_: unknown, execution: ExecutionContext): CallerContext => {
  const { caller } = execution.switchToHttp().getRequest<CalledRequest>();
  if (!caller) throw new Error('a route without an access row has no caller');
  return caller;
});
