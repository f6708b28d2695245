import type { MemberPermission, WireErrorType, WireMemberSession } from '@muster/contracts';
import { handleCommand } from '@muster/eventsourcing';
import { DomainError } from '@muster/kernel';
import { sessionAggregate } from '../domain/session/session.decider.ts';
import type { SessionRevoked } from '../domain/session/session.events.ts';
import type { LiveSessions } from './live-sessions.ts';
import type { Call, MemberSessions, Organizations, SessionDependencies } from './ports.ts';
import { oneOf, type SessionArguments, type SessionLookup } from './session-lookup.ts';
import { stepOf } from './steps.ts';
import { wireSession } from './wire.ts';

/** What may be done depends on whom it is done to, which is known here only. */
export type Authority = {
  /** Who acts for themselves; null: the backend, which may act anywhere. */
  readonly member: { readonly organizationId: string } | null;
  permit(permission: MemberPermission, targetMemberId: string): void;
};

type Parts = {
  readonly dependencies: SessionDependencies;
  readonly organizations: Pick<Organizations, 'entry'>;
  readonly lookup: SessionLookup;
  readonly sessions: LiveSessions;
  readonly memberSessions: MemberSessions;
};

type Place = { readonly sessionId: string; readonly organizationId: string };

/** To a member, what is another organization's is not there (R20). */
const reaches = ({ member }: Authority, { organizationId }: Pick<Place, 'organizationId'>): boolean =>
  member === null || member.organizationId === organizationId;

const SESSIONS_PER_COMMIT = 500;

const REVOKE: MemberPermission = {
  member: 'stytch.member:revoke-sessions',
  self: 'stytch.self:revoke-sessions',
};

/** The sessions of a member: which there are, and their end. */
export class SessionRevocationService {
  constructor(private readonly parts: Parts) {}

  /** Ends one session, or all that a member has. Ended already: nothing happens. */
  async revoke(
    call: Call,
    authority: Authority,
    given: SessionArguments & { readonly memberSessionId: string | null; readonly memberId: string | null },
  ): Promise<void> {
    const { memberId, memberSessionId, ...session } = given;
    oneOf([memberId, memberSessionId, session.sessionToken, session.sessionJwt]);
    if (memberId !== null) return this.revokeAll(call, authority, memberId);
    const found =
      memberSessionId === null
        ? await this.parts.lookup.find(session)
        : await this.parts.lookup.read(memberSessionId);
    if (!found || !reaches(authority, found)) throw new DomainError<WireErrorType>('session_not_found');
    authority.permit(REVOKE, found.session.memberId);
    await this.end(call, [found], 'session_revoked');
  }

  /** All sessions of a member that count now. */
  async list(
    { context, at }: Call,
    given: { readonly organization: string; readonly memberId: string },
  ): Promise<readonly WireMemberSession[]> {
    const { organizations, memberSessions, lookup, sessions } = this.parts;
    const { organization, memberId } = given;
    const { member } = await organizations.entry({ organization, memberId }, context);
    if (!member) throw new DomainError<WireErrorType>('member_not_found');
    const places = await memberSessions.of(member.memberId, at);
    const found = await Promise.all(places.map(({ sessionId }) => lookup.read(sessionId)));
    const judged = await Promise.all(
      found.filter((session) => session !== undefined).map((session) => sessions.find(session, context, at)),
    );
    return judged.filter((live) => live !== undefined).map(wireSession);
  }

  private async revokeAll(call: Call, authority: Authority, memberId: string): Promise<void> {
    authority.permit(REVOKE, memberId);
    const places = await this.parts.memberSessions.of(memberId, call.at);
    const reached = places.filter((place) => reaches(authority, place));
    await this.end(call, reached, 'member_sessions_revoked');
  }

  /** As few commits as the log takes: nobody sees half of a usual number done. */
  private async end(
    { command }: Call,
    places: readonly Place[],
    cause: SessionRevoked['data']['cause'],
  ): Promise<void> {
    const { dependencies } = this.parts;
    const { projectId } = dependencies;
    for (let done = 0; done < places.length; done += SESSIONS_PER_COMMIT) {
      const some = places.slice(done, done + SESSIONS_PER_COMMIT);
      await handleCommand(
        dependencies,
        stepOf(command, command.commandId, `revoke from ${done}`),
        async (unit) => {
          for (const { sessionId, organizationId } of some) {
            const session = await unit.load(sessionAggregate, { projectId, organizationId, id: sessionId });
            session.execute({ type: 'RevokeSession', data: { cause }, at: command.at });
          }
        },
      );
    }
  }
}
