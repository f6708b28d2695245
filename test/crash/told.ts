/** What a member has to look like, as the server last acknowledged it. */
export type ToldMember = {
  readonly organizationId: string;
  readonly address: string;
  roles: readonly string[];
};

export type ToldSession = {
  readonly token: string;
  readonly sessionId: string;
  readonly memberId: string;
  revoked: boolean;
};

export type ToldOrganization = { name: string; maximumDurationMinutes: number | null };

/** Mails with a link or a code to one address: how many were acknowledged, how many more may have been asked for. */
type ToldMail = { acknowledged: number; perhaps: number };

/** What the clients were told, and what they asked without ever being told. */
export class Told {
  readonly organizations = new Map<string, ToldOrganization>();
  readonly members = new Map<string, ToldMember>();
  readonly sessions = new Map<string, ToldSession>();
  readonly mails = new Map<string, ToldMail>();
  /** Every address that was ever named: nobody else may turn up. */
  readonly addresses = new Set<string>();
  /** Members somebody asked for and gave up on: there is one, or none. */
  readonly perhapsMembers: { readonly organizationId: string; readonly address: string }[] = [];
  readonly wrong: string[] = [];
  acknowledged = 0;
  unanswered = 0;
  retried = 0;
  abandoned = 0;
  readonly steps: Record<string, number> = {};
  private lastPosition = 0;

  /** A write was answered; its position may not be one that an earlier answer had passed already, once seen. */
  acknowledge(position: number): void {
    this.acknowledged += 1;
    this.lastPosition = Math.max(this.lastPosition, position);
  }

  /** The furthest position any answer named (R53). */
  get position(): number {
    return this.lastPosition;
  }

  mail(address: string, sure: boolean): void {
    const told = this.mails.get(address) ?? { acknowledged: 0, perhaps: 0 };
    told[sure ? 'acknowledged' : 'perhaps'] += 1;
    this.mails.set(address, told);
  }

  session(answer: {
    readonly session_token: string;
    readonly member_session: { readonly member_session_id: string };
    readonly member_id: string;
  }): ToldSession {
    const { session_token: token, member_session, member_id: memberId } = answer;
    const sessionId = member_session.member_session_id;
    const session = { token, sessionId, memberId, revoked: false };
    this.sessions.set(sessionId, session);
    return session;
  }
}
