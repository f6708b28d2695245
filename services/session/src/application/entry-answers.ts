import type {
  EntryFacts,
  RequestContext,
  WireErrorType,
  WireGap,
  WireMember,
  WireMemberSession,
  WireOrganization,
} from '@muster/contracts';
import { DomainError, type Instant } from '@muster/kernel';
import { nothingMissing } from '../domain/gap.ts';
import type { IntermediateSessions, OpenBag } from './intermediate-sessions.ts';
import type { LiveSessions } from './live-sessions.ts';
import type { SessionTokens } from './ports.ts';
import type { SessionJwts } from './session-jwts.ts';
import type { ReadSession } from './session-lookup.ts';
import { type LiveSession, wireSession } from './wire.ts';

export type SessionAnswer = {
  readonly member_session: WireMemberSession;
  readonly session_token: string;
  readonly session_jwt: string;
  readonly member: WireMember;
  readonly organization: WireOrganization;
};

/** What every way into an organization answers: a session, or an intermediate session and what is missing. */
export type EntryAnswer = WireGap & {
  readonly member_id: string;
  readonly organization_id: string;
  readonly member: WireMember;
  readonly organization: WireOrganization;
  readonly member_authenticated: boolean;
  readonly member_session: WireMemberSession | null;
  readonly session_token: string;
  readonly session_jwt: string;
  readonly intermediate_session_token: string;
  readonly intermediate_session_token_expires_at: Instant | null;
};

/** `emailId`: the member's address, as their organization knows it; some calls answer it as the method's id. */
export type Entered = { readonly answer: EntryAnswer; readonly emailId: string };

export class EntryAnswers {
  constructor(
    private readonly tokens: SessionTokens,
    private readonly jwts: SessionJwts,
    private readonly read: ReadSession,
    private readonly sessions: LiveSessions,
    private readonly bags: IntermediateSessions,
  ) {}

  /** The session with its tokens, which are derived for this answer alone. */
  async session(live: LiveSession): Promise<SessionAnswer> {
    return {
      member_session: wireSession(live),
      session_token: this.tokens.derive('session', live.sessionId, live.session.generation),
      session_jwt: await this.jwts.issue(live),
      member: live.member.wire,
      organization: live.organization.wire,
    };
  }

  /** The person is in. */
  async entered(sessionId: string, context: RequestContext, at: Instant): Promise<Entered> {
    const found = await this.read(sessionId);
    if (!found) throw new DomainError<WireErrorType>('session_not_found');
    const live = await this.sessions.require(found, context, at);
    this.sessions.used(sessionId, at);
    const answer = {
      ...(await this.session(live)),
      ...nothingMissing,
      member_id: live.member.memberId,
      organization_id: live.organizationId,
      member_authenticated: true,
      intermediate_session_token: '',
      intermediate_session_token_expires_at: null,
    };
    return { answer, emailId: live.member.emailId };
  }

  /** The person is not in yet: what is missing, and the bag to come back with. */
  notYet(gap: WireGap, { organization, member }: EntryFacts, bag: OpenBag): Entered {
    if (!member) throw new DomainError<WireErrorType>('member_does_not_exist_in_organization');
    const answer = {
      ...gap,
      member_id: member.memberId,
      organization_id: organization.organizationId,
      member: member.wire,
      organization: organization.wire,
      member_authenticated: false,
      member_session: null,
      session_token: '',
      session_jwt: '',
      intermediate_session_token: this.bags.tokenOf(bag),
      intermediate_session_token_expires_at: bag.expiresAt,
    };
    return { answer, emailId: member.emailId };
  }
}
