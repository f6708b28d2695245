import type {
  AdmissionDecision,
  AdmissionPreview,
  identityRequests,
  MemberFacts,
  PayloadOf,
  provisioningRequests,
  RedeemedProof,
  WireErrorType,
} from '@muster/contracts';
import { DomainError } from '@muster/kernel';
import type { Admissions, Proofs } from '../application/ports.ts';
import { memberFacts } from './facts.ts';
import type { InMemoryOrganizations } from './in-memory.organizations.ts';

/** Links and codes that were sent; each is used up by the first flow that brings it (R18). */
export class InMemoryProofs implements Proofs {
  private readonly sent = new Map<string, { proof: RedeemedProof; flowId: string | null }>();
  private readonly before: (() => void)[] = [];

  /** A link's token or a code, and what it proves. */
  send(token: string, proof: RedeemedProof): void {
    this.sent.set(token, { proof, flowId: null });
  }

  /** Runs before the next proof is answered: what happens meanwhile. */
  meanwhile(happens: () => void): void {
    this.before.push(happens);
  }

  wasUsed(token: string): boolean {
    return this.sent.get(token)?.flowId !== null;
  }

  redeemEmailLink = async ({ flowId, token }: PayloadOf<typeof identityRequests.redeemEmailLink>) =>
    this.redeem(token, flowId, 'unable_to_auth_magic_link');

  redeemEmailCode = async ({ flowId, code }: PayloadOf<typeof identityRequests.redeemEmailCode>) =>
    this.redeem(code, flowId, 'unable_to_auth_otp_code');

  private redeem(token: string, flowId: string, refusal: WireErrorType): RedeemedProof {
    this.before.shift()?.();
    const sent = this.sent.get(token);
    if (!sent || (sent.flowId ?? flowId) !== flowId) throw new DomainError<WireErrorType>(refusal);
    sent.flowId = flowId;
    return sent.proof;
  }
}

type Admit = PayloadOf<typeof provisioningRequests.admit>;

/** Lets in whom it is told to, once per flow; everybody else is refused. */
export class InMemoryAdmissions implements Admissions {
  readonly asked: Admit[] = [];
  private readonly decided = new Map<string, AdmissionDecision>();
  private readonly open = new Map<string, Partial<MemberFacts>>();
  private readonly asking = new Set<string>();

  constructor(private readonly organizations: InMemoryOrganizations) {}

  admits(organizationId: string, member: Partial<MemberFacts>): void {
    this.open.set(organizationId, member);
  }

  asksFirst(organizationId: string): void {
    this.asking.add(organizationId);
  }

  admit = async (payload: Admit): Promise<AdmissionDecision> => {
    this.asked.push(payload);
    const decision = this.decided.get(payload.flowId) ?? (await this.decide(payload));
    this.decided.set(payload.flowId, decision);
    return decision;
  };

  preview = async ({ entries }: PayloadOf<typeof provisioningRequests.preview>) => ({
    previews: entries.map(({ organization }): AdmissionPreview =>
      this.open.has(organization.organizationId)
        ? { outcome: 'eligible', mode: 'ask', ruleId: 'jit-rule-1', domain: 'acme.test' }
        : { outcome: 'refused', reasons: [REFUSED] },
    ),
  });

  private async decide({ organizationId, memberId, applicant }: Admit): Promise<AdmissionDecision> {
    const admissionId = 'admission-1';
    if (this.asking.has(organizationId))
      return { outcome: 'join_requested', admissionId, joinRequestId: 'join-request-1' };
    const member = this.open.get(organizationId);
    if (!member) return { outcome: 'refused', admissionId, reasons: [REFUSED] };
    const admitted = { ...member, memberId: memberId ?? member.memberId!, address: applicant.address };
    const facts = memberFacts({ ...admitted, status: 'active', emailVerified: false }, organizationId);
    await this.organizations.putMember(organizationId, facts);
    return { outcome: 'admitted', admissionId, memberId: facts.memberId };
  }
}

const REFUSED = { code: 'no_rule_matches', message: 'No rule lets this person in.', details: {} };
