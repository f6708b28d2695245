import { stepId } from '@muster/eventsourcing';
import type { EntryFacts, WireErrorType } from '@muster/contracts';
import { DomainError } from '@muster/kernel';
import type { Admissions, Call, Organizations } from './ports.ts';

export type Entering = {
  /** Of the flow that this is a step of; the same flow is admitted once. */
  readonly flowId: string;
  readonly facts: EntryFacts;
  /** Proven by whoever enters, as the domain's words have it: canonical. */
  readonly address: string;
  readonly through: 'organization' | 'discovery';
};

/** From a proven address to an active member whose address is known to be proven. */
export class EntranceService {
  constructor(
    private readonly organizations: Pick<Organizations, 'proveAddress'>,
    private readonly admissions: Pick<Admissions, 'admit'>,
  ) {}

  /** The member's id. @throws DomainError admission_refused, join_request_pending, and what proving the address says */
  async enter({ flowId, facts, address, through }: Entering, { context }: Call): Promise<string> {
    const { organization, member } = facts;
    const isMember = member?.status === 'active';
    const memberId = isMember
      ? member.memberId
      : await this.admitted({ flowId, facts, address, through }, context);
    const isProven = isMember && member.emailVerified && member.address === address;
    if (!isProven)
      await this.organizations.proveAddress(
        {
          commandId: stepId(flowId, 'prove-address'),
          organizationId: organization.organizationId,
          memberId,
          address,
        },
        context,
      );
    return memberId;
  }

  private async admitted(
    { flowId, facts, address, through }: Entering,
    context: Call['context'],
  ): Promise<string> {
    const decision = await this.admissions.admit(
      {
        flowId,
        organizationId: facts.organization.organizationId,
        memberId: facts.member?.memberId ?? null,
        applicant: { address, proof: 'proven', connectionId: null },
        through,
      },
      context,
    );
    switch (decision.outcome) {
      case 'admitted':
        return decision.memberId;
      case 'join_requested':
        throw new DomainError<WireErrorType>('join_request_pending', {
          admission_id: decision.admissionId,
          join_request_id: decision.joinRequestId,
          reasons: [
            {
              code: 'join_request_pending',
              message: 'Somebody of the organization has to agree first.',
              details: { join_request_id: decision.joinRequestId },
            },
          ],
        });
      case 'refused':
        throw new DomainError<WireErrorType>('admission_refused', {
          admission_id: decision.admissionId,
          reasons: decision.reasons,
        });
    }
  }
}
