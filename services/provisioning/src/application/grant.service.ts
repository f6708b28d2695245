import type { RequestContext, WireErrorType } from '@muster/contracts';
import {
  type AggregateId,
  commandContext,
  type CommandContext,
  fold,
  handleCommand,
  readable,
  stepId,
} from '@muster/eventsourcing';
import { DomainError } from '@muster/kernel';
import { admissions } from '../domain/admission/admission.decider.ts';
import type { AdmissionGranted } from '../domain/admission/admission.events.ts';
import { joinRequests } from '../domain/join-request/join-request.decider.ts';
import type { Dependencies } from './ports.ts';

type Grant = AdmissionGranted['data'];

/** A grant that came to its end: the member is there, or the place is free again. `cause`: null where not known any more. */
export type GrantEnd =
  | { readonly settled: true }
  | { readonly settled: false; readonly cause: string | null };

/** Where a grant is recorded. `id` is that of the stream. */
export type GrantPlace = { readonly id: AggregateId; readonly admissionId: string };

/** Brings grants to their end (R36). Whoever does it, and however often, the end is the same. */
export class GrantService {
  constructor(private readonly dependencies: Dependencies) {}

  /**
   * Has the organization create or activate the member, and records that it did or did not.
   * @throws UnavailableError where that is not known: the grant stays open
   */
  async conclude({ id, admissionId }: GrantPlace, context: RequestContext): Promise<GrantEnd> {
    const { state } = await fold(this.dependencies, admissions, id);
    const grant = state.open[admissionId];
    if (!grant)
      return state.withdrawn.includes(admissionId) ? { settled: false, cause: null } : { settled: true };
    const cause = await this.objection(id, grant, context);
    if (cause !== null) return this.withdraw(id, grant, cause, context);
    await this.settle(id, grant, context);
    return { settled: true };
  }

  /** Why the organization does not take the member; null where it has. */
  private async objection(
    { organizationId }: AggregateId,
    { admissionId, memberId, address, door, roles, membershipExpiresAt, inputs }: Grant,
    context: RequestContext,
  ): Promise<string | null> {
    const known = readable(address);
    if (known === undefined) return 'applicant_erased';
    try {
      const { outcome } = await this.dependencies.organizations.admitMember(
        {
          admissionId,
          organizationId: organizationId!,
          organizationRevision: inputs.organization.revision,
          memberId,
          address: known,
          door,
          roles,
          expiresAt: membershipExpiresAt,
        },
        context,
      );
      return outcome === 'admitted' ? null : 'policy_changed';
    } catch (error) {
      if (error instanceof DomainError) return error.code;
      throw error;
    }
  }

  private async settle(id: AggregateId, { admissionId }: Grant, context: RequestContext): Promise<void> {
    const command = this.step('settle', admissionId, context);
    await handleCommand(this.dependencies, command, async (unit) => {
      const place = await unit.load(admissions, id);
      place.execute({ type: 'SettleAdmission', data: { admissionId }, at: command.at });
    });
  }

  /** An approved join request waits for an approver again: nobody else would come back to it. */
  private async withdraw(
    id: AggregateId,
    { admissionId, inputs }: Grant,
    cause: string,
    context: RequestContext,
  ): Promise<GrantEnd> {
    const command = this.step('withdraw', admissionId, context);
    await handleCommand(this.dependencies, command, async (unit) => {
      const place = await unit.load(admissions, id);
      const withdrawn = place.execute({
        type: 'WithdrawAdmission',
        data: { admissionId, cause },
        at: command.at,
      });
      if (withdrawn.length === 0 || !inputs.approval) return;
      const request = await unit.load(joinRequests, { ...id, id: inputs.approval.joinRequestId });
      request.execute({ type: 'ReopenJoinRequest', data: { admissionId }, at: command.at });
    });
    return { settled: false, cause };
  }

  /** The cause is no part of it: two who find different ones have the same step to take. */
  private step(step: 'settle' | 'withdraw', admissionId: string, context: RequestContext): CommandContext {
    return commandContext(context, {
      commandId: stepId(step, admissionId),
      at: this.dependencies.clock(),
      content: { step, admissionId },
    });
  }
}

/** Causes that another look at the organization may get past: something moved between deciding and admitting. */
const passing: readonly (string | null)[] = [
  null,
  'policy_changed',
  'duplicate_member_email',
  'member_not_found',
];

/** @throws DomainError the cause, where deciding again would only meet it again */
export const assertPassing = (cause: string | null): void => {
  if (!passing.includes(cause)) throw new DomainError<WireErrorType>(cause as WireErrorType);
};
