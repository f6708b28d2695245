import type { WireAnswer, WireRequest } from '../world/deployment.ts';

export type ToldMember = { readonly organizationId: string; readonly memberId: string };
export type ToldSession = ToldMember & { readonly sessionId: string; readonly token: string };

/** A call that was answered, with the key that makes a repeat the same command. */
export type AnsweredPost = { readonly request: WireRequest; readonly answer: WireAnswer };

/** What people were told, and so can go on from. */
export class Told {
  readonly organizations: string[] = [];
  readonly members: ToldMember[] = [];
  readonly sessions: ToldSession[] = [];
  readonly intermediateSessions: string[] = [];
  /** Where somebody last asked to log in with an address; null: in discovery. */
  readonly codesFor = new Map<string, string | null>();
  readonly posts: AnsweredPost[] = [];
  /** Sessions that somebody was told are over, and when. */
  readonly ended = new Map<string, number>();
  /** How often which step was answered how. */
  readonly outcomes: Record<string, number> = {};

  count(outcome: string): void {
    this.outcomes[outcome] = (this.outcomes[outcome] ?? 0) + 1;
  }

  /** Whatever an answer brings that one can go on with. */
  learn({ body }: WireAnswer): void {
    const { organization, member, member_session, session_token, intermediate_session_token } = body ?? {};
    const organizationId = organization?.organization_id ?? member?.organization_id;
    if (organization && !this.organizations.includes(organizationId)) this.organizations.push(organizationId);
    const memberId = member?.member_id;
    if (member && !this.members.some((known) => known.memberId === memberId))
      this.members.push({ organizationId, memberId });
    if (intermediate_session_token) this.intermediateSessions.push(intermediate_session_token);
    if (!session_token || !member_session) return;
    const { member_session_id: sessionId, organization_id, member_id } = member_session;
    this.sessions.push({
      organizationId: organization_id,
      memberId: member_id,
      sessionId,
      token: session_token,
    });
  }
}
