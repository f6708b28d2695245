import type { Reason, RequestContext, WireErrorType } from '@muster/contracts';
import { DomainError, type Instant } from '@muster/kernel';
import { REAUTHENTICATION, standingOf } from '../domain/session/standing.ts';
import type { CurrentFacts, Memory } from './ports.ts';
import type { FoundSession } from './session-lookup.ts';
import type { LiveSession } from './wire.ts';

/** Whether sessions count now, by their organization's session policy and all epochs (R14, R16). */
export class LiveSessions {
  constructor(
    private readonly facts: CurrentFacts,
    /** Finer than what is on record; gone with the process, so that idle ends early then and never late (E13). */
    private readonly lastUses: Memory<Instant>,
  ) {}

  /** @throws DomainError session_not_found, with the reason */
  async require(found: FoundSession, context: RequestContext, at: Instant): Promise<LiveSession> {
    const live = await this.judge(found, context, at);
    if ('reason' in live) throw notFound(live.reason);
    return live;
  }

  /** The session, where it counts. */
  async find(found: FoundSession, context: RequestContext, at: Instant): Promise<LiveSession | undefined> {
    const live = await this.judge(found, context, at);
    return 'reason' in live ? undefined : live;
  }

  /**
   * Like `require`, for a call that brings a fresh proof along: want of one does not stop it.
   * @throws DomainError session_not_found, with the reason
   */
  async requireMendable(found: FoundSession, context: RequestContext, at: Instant): Promise<void> {
    const live = await this.judge(found, context, at);
    if ('reason' in live && live.reason.code !== REAUTHENTICATION) throw notFound(live.reason);
  }

  /** The session was in use at that instant. */
  used(sessionId: string, at: Instant): void {
    this.lastUses.set(sessionId, at);
  }

  /** The last use that is known of, on record or not. */
  activeAt({ sessionId, session }: FoundSession): Instant {
    const lastUse = this.lastUses.get(sessionId) ?? '';
    return lastUse > session.activeAt ? lastUse : session.activeAt;
  }

  private async judge(
    found: FoundSession,
    context: RequestContext,
    at: Instant,
  ): Promise<LiveSession | { readonly reason: Reason }> {
    const { organizationId, session } = found;
    const facts = await this.facts.of({ organizationId, memberId: session.memberId }, context);
    if (!facts?.member) return { reason: NO_MEMBER };
    const { organization, member } = facts;
    const standing = standingOf({ session, organization, member, activeAt: this.activeAt(found), at });
    if (!standing.live) return { reason: standing.reason };
    const { expiresAt, endsAt } = standing;
    return { ...found, organization, member, accessedAt: at, expiresAt, endsAt };
  }
}

const NO_MEMBER: Reason = {
  code: 'member_not_active',
  message: 'The organization or the member is gone.',
  details: {},
};

const notFound = (reason: Reason) =>
  new DomainError<WireErrorType>('session_not_found', { reasons: [reason] });
