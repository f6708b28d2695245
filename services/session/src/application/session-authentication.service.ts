import {
  grantingRoles,
  type MemberCaller,
  type RbacPolicy,
  type RequestContext,
  type WireErrorType,
  type WireGap,
} from '@muster/contracts';
import { commandContext, handleCommand, stepId } from '@muster/eventsourcing';
import { DomainError, type JsonObject, plusSeconds } from '@muster/kernel';
import { checkClaims, mergedClaims } from '../domain/custom-claims.ts';
import { sessionAggregate } from '../domain/session/session.decider.ts';
import type { EntryAnswers, SessionAnswer } from './entry-answers.ts';
import type { LiveSessions } from './live-sessions.ts';
import type { MintFunnel } from './mint-funnel.ts';
import type { Call, SessionDependencies } from './ports.ts';
import type { FoundSession, SessionArguments, SessionLookup } from './session-lookup.ts';
import { checkWishes, type SessionWishes } from './session-wishes.ts';
import { stepOf } from './steps.ts';
import type { LiveSession } from './wire.ts';

export type AuthorizationCheck = {
  readonly organizationId: string;
  readonly resourceId: string;
  readonly action: string;
};
export type Verdict = { readonly authorized: true; readonly granting_roles: readonly string[] };

type Parts = {
  readonly dependencies: SessionDependencies;
  readonly rbac: RbacPolicy;
  readonly lookup: SessionLookup;
  readonly sessions: LiveSessions;
  readonly funnel: MintFunnel;
  readonly answers: EntryAnswers;
};

/** Is this session good, now? */
export class SessionAuthenticationService {
  constructor(private readonly parts: Parts) {}

  /**
   * Without a duration the session's own policy and the epochs decide; with one it is a mint, and all of the
   * organization's policy does (R16).
   */
  async authenticate(
    call: Call,
    given: SessionWishes & {
      readonly session: SessionArguments;
      readonly authorizationCheck: AuthorizationCheck | null;
    },
  ): Promise<SessionAnswer & { readonly verdict?: Verdict }> {
    checkWishes(given);
    const { lookup, sessions, answers } = this.parts;
    const { context, at } = call;
    const found = await lookup.find(given.session);
    const live = await sessions.require(found, context, at);
    const verdict = given.authorizationCheck && this.verdict(live, given.authorizationCheck);
    const after = changes(given) ? await this.changed(call, live, given) : live;
    if (this.isToRecord(after)) await this.recordUse(after, context);
    return { ...(await answers.session(after)), ...(verdict ? { verdict } : {}) };
  }

  /** Who acts, behind a member-session header. @throws DomainError session_not_found */
  async resolve(session: SessionArguments, context: RequestContext): Promise<MemberCaller> {
    const { lookup, sessions, dependencies } = this.parts;
    const found = await lookup.find(session);
    const live = await sessions.require(found, context, dependencies.clock());
    if (this.isToRecord(live)) await this.recordUse(live, context);
    return {
      organizationId: live.organizationId,
      memberId: live.member.memberId,
      memberSessionId: live.sessionId,
      roles: live.member.roles,
    };
  }

  private verdict(live: LiveSession, { organizationId, resourceId, action }: AuthorizationCheck): Verdict {
    const { organization_id, organization_slug, organization_external_id } = live.organization.wire;
    if (![organization_id, organization_slug, organization_external_id].includes(organizationId))
      throw new DomainError<WireErrorType>('session_authorization_tenancy_error');
    const granting = grantingRoles(this.parts.rbac, live.member.roles, resourceId, action);
    if (granting.length === 0) throw new DomainError<WireErrorType>('session_authorization_error');
    return { authorized: true, granting_roles: granting };
  }

  /** The session as the call wants it. */
  private async changed(call: Call, live: LiveSession, wishes: SessionWishes): Promise<LiveSession> {
    if (wishes.durationMinutes !== null) await this.extend(call, live, wishes);
    else await this.setClaims(call, live, wishes.customClaims);
    return this.again(call, live);
  }

  private async extend(
    { command, context }: Call,
    live: LiveSession,
    { durationMinutes, customClaims }: SessionWishes,
  ): Promise<void> {
    const { sessionId, organizationId, member } = live;
    const outcome = await this.parts.funnel.mint(
      {
        organizationId,
        memberId: member.memberId,
        cause: 'login',
        proofs: [],
        intermediateSessionId: null,
        continued: { sessionId, activeAt: this.parts.sessions.activeAt(live) },
        loginId: null,
        durationMinutes,
        customClaims,
      },
      stepOf(command, command.commandId, 'extend', { sessionId }),
      context,
    );
    if (!outcome.minted)
      throw new DomainError<WireErrorType>('insufficient_factors', { reasons: reasonsOf(outcome.gap) });
  }

  private async setClaims({ command }: Call, { sessionId, organizationId }: LiveSession, claims: JsonObject) {
    const { dependencies } = this.parts;
    const { projectId } = dependencies;
    const step = stepOf(command, command.commandId, 'set-claims', { sessionId });
    await handleCommand(dependencies, step, async (unit) => {
      const session = await unit.load(sessionAggregate, { projectId, organizationId, id: sessionId });
      checkClaims(session.state.customClaims, claims);
      const customClaims = mergedClaims(session.state.customClaims, claims);
      session.execute({ type: 'SetCustomClaims', data: { customClaims }, at: step.at });
    });
  }

  private async again({ context, at }: Call, { sessionId }: FoundSession): Promise<LiveSession> {
    const found = await this.parts.lookup.read(sessionId);
    if (!found) throw new DomainError<WireErrorType>('session_not_found');
    return this.parts.sessions.require(found, context, at);
  }

  /**
   * Remembers the use, and says whether it is to be put on record: where an idle timeout counts from it, and sparingly
   * (E13).
   */
  private isToRecord(live: LiveSession): boolean {
    const { sessionId, accessedAt: at, session } = live;
    this.parts.sessions.used(sessionId, at);
    const everySeconds = recordedEverySeconds(live);
    return everySeconds !== null && at >= plusSeconds(session.activeAt, everySeconds);
  }

  private async recordUse(live: LiveSession, context: RequestContext): Promise<void> {
    const { sessionId, organizationId, accessedAt: at } = live;
    const atMostEverySeconds = recordedEverySeconds(live)!;
    const { dependencies } = this.parts;
    const command = commandContext(context, {
      commandId: stepId(sessionId, `activity ${at}`),
      at,
      content: { type: 'RecordActivity', sessionId },
    });
    await handleCommand(dependencies, command, async (unit) => {
      const id = { projectId: dependencies.projectId, organizationId, id: sessionId };
      const session = await unit.load(sessionAggregate, id);
      session.execute({ type: 'RecordActivity', data: { atMostEverySeconds }, at });
    });
  }
}

const SHORTEST_SECONDS = 60;
const TENTH_OF_MINUTE_SECONDS = 6;

/** Null where nothing depends on when a session was used. */
const recordedEverySeconds = ({ organization }: LiveSession): number | null => {
  const { idleTimeoutMinutes } = organization.session;
  return idleTimeoutMinutes === null
    ? null
    : Math.max(SHORTEST_SECONDS, idleTimeoutMinutes * TENTH_OF_MINUTE_SECONDS);
};

/** Whether a call asks for more than whether the session counts. */
const changes = ({ durationMinutes, customClaims }: SessionWishes): boolean =>
  durationMinutes !== null || Object.keys(customClaims).length > 0;

const reasonsOf = (gap: WireGap) =>
  [gap.primary_required, gap.mfa_required, gap.reauthentication_required].flatMap(
    (part) => part?.reasons ?? [],
  );
