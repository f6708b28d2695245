import type { EntryFacts, RequestContext, WireErrorType } from '@muster/contracts';
import {
  type AggregateId,
  type CommandContext,
  handleCommand,
  type Personal,
  readable,
  type UnitOfWork,
  stepId,
} from '@muster/eventsourcing';
import { DomainError, type Json } from '@muster/kernel';
import { told } from '../domain/admission/reasons.ts';
import { joinRequests } from '../domain/join-request/join-request.decider.ts';
import type { AdmissionService } from './admission.service.ts';
import { decideIn } from './decide.ts';
import type { Dependencies } from './ports.ts';

/** Which request is decided on, by whom. `entry`: the organization as it is now. */
export type Ruling = {
  readonly entry: EntryFacts;
  readonly joinRequestId: string;
  readonly command: CommandContext;
  readonly context: RequestContext;
};

const notFound = (): never => {
  throw new DomainError<WireErrorType>('join_request_not_found');
};

const idOf = ({ entry, joinRequestId, command }: Ruling): AggregateId => ({
  projectId: command.projectId,
  organizationId: entry.organization.organizationId,
  id: joinRequestId,
});

/** Stewards, or the backend, decide on those whom a rule leaves to them (R32). */
export class JoinRequestService {
  constructor(
    private readonly dependencies: Dependencies,
    private readonly admissions: AdmissionService,
  ) {}

  /**
   * Lets the person in, by the rules of this moment (R33): one must still stand behind it.
   * @throws DomainError join_request_not_found, join_request_already_decided, admission_refused with reasons
   */
  async approve(ruling: Ruling): Promise<void> {
    const { command, context } = ruling;
    const decided = await this.admissions.decideUntilItHolds(
      (attempt) => ({
        ...command,
        commandId: stepId('approve', command.commandId, String(attempt)),
        content: { approve: command.content, attempt },
      }),
      (unit) => this.approveIn(unit, ruling),
      context,
    );
    if (decided?.type === 'AdmissionRefused')
      throw new DomainError<WireErrorType>('admission_refused', {
        reasons: decided.data.reasons.map(told) as readonly Json[],
      });
    if (decided) await this.tell(ruling, decided.data, 'approved');
  }

  /** @throws DomainError join_request_not_found, join_request_already_decided */
  async deny(ruling: Ruling): Promise<void> {
    const { command } = ruling;
    let person: { memberId: string; address: Personal<string> } | undefined;
    const { events, duplicate } = await handleCommand(this.dependencies, command, async (unit) => {
      const request = await unit.load(joinRequests, idOf(ruling));
      request.execute({ type: 'DenyJoinRequest', data: { decidedBy: command.actor }, at: command.at });
      person = request.state.status === 'none' ? undefined : request.state.request;
    });
    if (person && events.length > 0 && !duplicate) await this.tell(ruling, person, 'denied');
  }

  /** Approved before: nothing, its admission is on its way already. */
  private async approveIn(unit: UnitOfWork, ruling: Ruling): Promise<void> {
    const { entry, command, joinRequestId, context } = ruling;
    const { projectId, actor: decidedBy, at } = command;
    const loaded = await unit.load(joinRequests, idOf(ruling));
    const { state } = loaded;
    if (state.status === 'none') return notFound();
    if (state.status === 'approved') return;
    if (state.status === 'denied') throw new DomainError<WireErrorType>('join_request_already_decided');
    const { through, connectionId } = state.request;
    const address = readable(state.request.address) ?? notFound();

    const { organizationId } = entry.organization;
    const facts = await this.dependencies.organizations.entry(
      { organization: organizationId, address },
      context,
    );
    const decided = await decideIn(unit, this.dependencies, {
      projectId,
      at,
      // It was proven when it was asked (R33), and is what was asked for.
      applicant: { address, proof: 'proven', connectionId },
      through,
      entry: facts,
      approval: { joinRequestId, decidedBy },
    });
    if (decided.type !== 'AdmissionGranted') return;
    const { admissionId, memberId } = decided.data;
    loaded.execute({ type: 'ApproveJoinRequest', data: { admissionId, memberId, decidedBy }, at });
  }

  /** Best effort: the decision stands whether or not the mail goes out. */
  private async tell(
    { entry, joinRequestId, command, context }: Ruling,
    { memberId, address }: { readonly memberId: string; readonly address: Personal<string> },
    decision: 'approved' | 'denied',
  ): Promise<void> {
    const { organizationId, wire } = entry.organization;
    const known = readable(address);
    if (known === undefined) return;
    try {
      await this.dependencies.notices.notify(
        {
          commandId: stepId('tell', joinRequestId, command.commandId),
          template: 'join_request_decided',
          organizationId,
          memberId,
          address: known,
          values: { organization: wire.organization_name, decision },
        },
        context,
      );
    } catch (error) {
      this.dependencies.onFailure('telling of a decided join request', error);
    }
  }
}
