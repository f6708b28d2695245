import type { PayloadOf, provisioningRequests, RequestContext } from '@muster/contracts';
import {
  type CommandContext,
  commandContext,
  fold,
  handleCommand,
  type KeyStore,
  readable,
  sealingKeyId,
  streamName,
  type UnitOfWork,
} from '@muster/eventsourcing';
import type { AdmissionDecided } from '../domain/admission/admission.events.ts';
import { canonicalAddress } from '../domain/admission/admission-inputs.ts';
import { applicantId, applicants } from '../domain/applicant/applicant.decider.ts';
import { joinRequests } from '../domain/join-request/join-request.decider.ts';
import type { AdmissionDocument } from '../read-models/admissions/admissions.projection.ts';
import type { AdmissionQueries } from '../read-models/admissions/admissions.queries.ts';
import type { Dependencies } from './ports.ts';

type Asked = PayloadOf<typeof provisioningRequests.eraseApplicants>;
type Keys = Pick<KeyStore, 'destroy' | 'destroyed'>;
type Place = { readonly projectId: string; readonly organizationId: string };

/** One application with an address that is to be forgotten. */
type Application = {
  readonly addressHash: string;
  readonly memberId: string;
  readonly joinRequestId: string | null;
};

/**
 * Erases people who applied and became no members (R54): each of their applications is sealed under an id of its own,
 * which no erasure of a member knows. Whoever is or was a member is erased by that member's id, and left alone here.
 */
export class ApplicantErasureService {
  constructor(
    private readonly dependencies: Dependencies & { readonly keys: Keys },
    private readonly admissions: Pick<AdmissionQueries, 'fruitless'>,
  ) {}

  /** By the address itself. @throws DomainError invalid_email; UnavailableError where keys cannot be destroyed now */
  async eraseAddress(organizationId: string, text: string, command: CommandContext): Promise<void> {
    const { address } = canonicalAddress(text);
    await this.erase(
      { organizationId, addressHashes: [this.hash(command, organizationId, address)] },
      command,
    );
  }

  /** On behalf of an erased member: what they applied with under other ids. The same asked again is the same command. */
  async eraseOf({ commandId, ...asked }: Asked, context: RequestContext): Promise<void> {
    const at = this.dependencies.clock();
    const content = { type: 'EraseApplicants', asked };
    await this.erase(asked, commandContext(context, { commandId, at, content }));
  }

  /** By the hashes under which the organization keeps addresses. Comes back when the keys are destroyed. */
  async erase(
    { organizationId, addressHashes }: Omit<Asked, 'commandId'>,
    command: CommandContext,
  ): Promise<void> {
    const place = { projectId: command.projectId, organizationId };
    const found = await this.applications(place, new Set(addressHashes));
    await handleCommand(this.dependencies, command, async (unit) => {
      for (const addressHash of addressHashes) {
        const own = found.filter((application) => application.addressHash === addressHash);
        const applicant = await unit.load(applicants, applicantId(place, addressHash));
        const memberIds = own.map(({ memberId }) => memberId);
        applicant.execute({ type: 'EraseApplicant', data: { memberIds }, at: command.at });
        for (const { joinRequestId } of own) await this.closeRequest(unit, place, joinRequestId, command);
      }
    });
    for (const addressHash of addressHashes) {
      const { state } = await fold(this.dependencies, applicants, applicantId(place, addressHash));
      await this.destroyKeys({ ...place, memberIds: state.erased });
    }
  }

  /** Keys that come back with an older copy of the key store go again. */
  async destroyKeys({
    memberIds,
    ...place
  }: Place & { readonly memberIds: readonly string[] }): Promise<void> {
    const { keys } = this.dependencies;
    const keyIds = memberIds.map((memberId) => sealingKeyId(place, memberId));
    const destroyed = await keys.destroyed(keyIds);
    for (const keyId of keyIds) if (!destroyed.has(keyId)) await keys.destroy(keyId);
  }

  /** A request of nobody can be decided by nobody. */
  private async closeRequest(
    unit: UnitOfWork,
    place: Place,
    joinRequestId: string | null,
    { actor: decidedBy, at }: CommandContext,
  ): Promise<void> {
    if (joinRequestId === null) return;
    const request = await unit.load(joinRequests, { ...place, id: joinRequestId });
    if (request.state.status === 'pending')
      request.execute({ type: 'DenyJoinRequest', data: { decidedBy }, at });
  }

  private async applications(place: Place, hashes: ReadonlySet<string>): Promise<readonly Application[]> {
    const found: Application[] = [];
    for await (const page of this.admissions.fruitless(place.organizationId))
      for (const document of page) {
        const application = await this.application(place, document);
        if (application && hashes.has(application.addressHash)) found.push(application);
      }
    return found;
  }

  private async application(place: Place, document: AdmissionDocument): Promise<Application | undefined> {
    const { log, codec } = this.dependencies;
    const [decided] = await codec.decode(await log.readAll(document.position - 1, 1));
    const { memberId, address } = (decided!.event as AdmissionDecided).data;
    const text = readable(address);
    if (text === undefined || (await this.isMember(place, memberId))) return undefined;
    const addressHash = this.hash(place, place.organizationId, text);
    return { addressHash, memberId, joinRequestId: document.joinRequestId };
  }

  private async isMember(place: Place, memberId: string): Promise<boolean> {
    return (
      (await this.dependencies.log.readStream(streamName('member', { ...place, id: memberId }))).length > 0
    );
  }

  private hash(
    { projectId }: { readonly projectId: string },
    organizationId: string,
    address: string,
  ): string {
    return this.dependencies.lookupHash(`${projectId}/${organizationId}`, address);
  }
}
