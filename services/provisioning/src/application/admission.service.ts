import type {
  AdmissionDecision,
  AdmissionPreview,
  PayloadOf,
  provisioningRequests,
  RequestContext,
  WireErrorType,
} from '@muster/contracts';
import {
  type CommandContext,
  commandContext,
  handleCommand,
  type UnitOfWork,
  stepId,
} from '@muster/eventsourcing';
import { DomainError } from '@muster/kernel';
import type { AdmissionDecided } from '../domain/admission/admission.events.ts';
import { canonicalAddress } from '../domain/admission/admission-inputs.ts';
import { told } from '../domain/admission/reasons.ts';
import { decideIn } from './decide.ts';
import { assertPassing, type GrantService } from './grant.service.ts';
import type { Dependencies } from './ports.ts';
import { previewAdmission } from './preview.ts';

export type AdmissionQuestion = PayloadOf<typeof provisioningRequests.admit>;
export type PreviewQuestion = PayloadOf<typeof provisioningRequests.preview>;

/** How often one call decides anew while the organization keeps changing under it. */
const ATTEMPTS = 5;

/** Decides who comes in, records why, and has organization create the member (R36). */
export class AdmissionService {
  constructor(
    private readonly dependencies: Dependencies,
    private readonly grants: GrantService,
  ) {}

  /**
   * The same flow asking again gets the same answer, and picks up what an earlier call left half done.
   * @throws DomainError `conflict` where the organization does not stand still, or what it has against the member
   */
  async admit(question: AdmissionQuestion, context: RequestContext): Promise<AdmissionDecision> {
    const { flowId, organizationId, memberId, through } = question;
    const { proof, connectionId } = question.applicant;
    const { address } = canonicalAddress(question.applicant.address);
    const applicant = { address, proof, connectionId };
    // The log keeps a hash of what was asked: the address in it is keyed, lest it be guessed after an erasure (R54).
    // The member is no part of it: that one may have come to be since the flow asked first.
    const who = this.dependencies.lookupHash(`${context.projectId}/${organizationId}`, address);
    const asked = { flowId, organizationId, through, who, proof, connectionId };
    const decided = await this.decideUntilItHolds(
      (attempt) =>
        commandContext(context, {
          commandId: stepId('admit', flowId, organizationId, String(attempt)),
          at: this.dependencies.clock(),
          content: { ...asked, attempt },
        }),
      async (unit, { projectId, at }) => {
        const member = memberId === null ? {} : { memberId };
        const entry = await this.dependencies.organizations.entry(
          { organization: organizationId, address, ...member },
          context,
        );
        await decideIn(unit, this.dependencies, { projectId, at, applicant, through, entry });
      },
      context,
    );
    return answerOf(decided!);
  }

  /** Decides without recording, for each of the organizations. */
  async preview(
    { applicant, through, entries }: PreviewQuestion,
    { projectId }: RequestContext,
  ): Promise<readonly AdmissionPreview[]> {
    const at = this.dependencies.clock();
    return Promise.all(
      entries.map((entry) =>
        previewAdmission(this.dependencies, { projectId, at, applicant, through, entry }),
      ),
    );
  }

  /**
   * Commits the decision first, with its place under the cap, then has the member created; where the organization moved
   * in between, the place is given back and it is decided again. Undefined where there was nothing to decide.
   */
  async decideUntilItHolds(
    commandOf: (attempt: number) => CommandContext,
    work: (unit: UnitOfWork, command: CommandContext) => Promise<void>,
    context: RequestContext,
  ): Promise<AdmissionDecided | undefined> {
    for (let attempt = 0, decisions = 0; decisions < ATTEMPTS; attempt++) {
      const command = commandOf(attempt);
      const { events, duplicate } = await handleCommand(this.dependencies, command, (unit) =>
        work(unit, command),
      );
      const recorded = events.find(({ category }) => category === 'admissions');
      if (!recorded) return undefined;
      const decided = recorded.event as AdmissionDecided;
      if (decided.type !== 'AdmissionGranted') return decided;
      const { admissionId } = decided.data;
      const end = await this.grants.conclude({ id: recorded.id, admissionId }, context);
      if (end.settled) return decided;
      assertPassing(end.cause);
      if (!duplicate) decisions++;
    }
    throw new DomainError<WireErrorType>('conflict');
  }
}

const answerOf = ({ type, data }: AdmissionDecided): AdmissionDecision => {
  const { admissionId, memberId } = data;
  switch (type) {
    case 'AdmissionGranted':
      return { outcome: 'admitted', admissionId, memberId };
    case 'AdmissionReferred':
      return { outcome: 'join_requested', admissionId, joinRequestId: data.joinRequestId };
    case 'AdmissionRefused':
      return { outcome: 'refused', admissionId, reasons: data.reasons.map(told) };
  }
};
