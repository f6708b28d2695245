import type { RequestContext } from '@muster/contracts';
import {
  type CommandContext,
  commandContext,
  type DecodedEvent,
  handleCommand,
  type KeyStore,
  sealingKeyId,
  stepId,
  streamName,
} from '@muster/eventsourcing';
import { UnavailableError } from '@muster/kernel';
import { memberAggregate } from '../domain/member/member.aggregate.ts';
import type { MemberDocument } from '../read-models/members/members.projection.ts';
import { authorityOf, changeMember, handleMemberCommand } from './member-work.ts';
import { memberIn, type Place } from './place.ts';
import type { Forgetters, MemberDependencies, PurgeMembers } from './ports.ts';

/** `pending`: it is decided and recorded, and what could not be done yet is done as soon as it can be. */
export type ErasureState = 'complete' | 'pending';

/** Somebody who was erased. */
export type ErasedMember = Pick<MemberDocument, 'organizationId' | 'memberId' | 'erasure'>;
type Erasing = Pick<MemberDocument, 'organizationId' | 'memberId'>;

type Dependencies = MemberDependencies & {
  readonly keys: Pick<KeyStore, 'destroy' | 'destroyed'>;
  readonly purgeMembers: PurgeMembers;
  readonly forgetters: Forgetters;
};

/**
 * Erases people (R54): the fact is committed first, with the end of the membership; then the member's key is destroyed
 * and everybody drops what they keep. Each step can be taken again, so whoever finds an erasure half done finishes it.
 */
export class ErasureService {
  constructor(private readonly dependencies: Dependencies) {}

  /** Records it, once. From every status; also in an organization that is deleted. @throws DomainError member_not_found */
  async erase(organizationId: string, memberId: string, command: CommandContext): Promise<void> {
    const place = { projectId: this.dependencies.projectId, organizationId };
    const id = memberIn(place, memberId);
    const { at } = command;
    await handleMemberCommand(this.dependencies, command, async (unit) => {
      // Loaded before the addresses are gathered: one that comes between makes the commit start over.
      await unit.load(memberAggregate, id);
      const addressHashes = await this.addressHashes(place, memberId);
      await changeMember(
        unit,
        id,
        [{ type: 'EraseMember', data: { addressHashes }, at }],
        authorityOf(command),
      );
    });
  }

  /** Does all that follows from the record. @throws UnavailableError where something cannot be done now */
  async complete(
    { organizationId, memberId, erasure }: ErasedMember,
    context: RequestContext,
  ): Promise<void> {
    if (!erasure || erasure.completed) return;
    const { forgetters, purgeMembers } = this.dependencies;
    await this.destroyKeys([{ organizationId, memberId }]);
    const { addressHashes } = erasure;
    const commandId = stepId('erase-applicants', organizationId, memberId);
    await Promise.all([
      forgetters.eraseApplicants({ commandId, organizationId, addressHashes }, context),
      forgetters.forgetMember({ organizationId, memberId }, context),
    ]);
    await purgeMembers(await this.positionOf({ organizationId, memberId }));
    await this.recordCompletion({ organizationId, memberId }, context);
  }

  /** Says so where it cannot be completed now; the reactor then goes on with it. */
  async tryToComplete(erased: ErasedMember, context: RequestContext): Promise<ErasureState> {
    try {
      await this.complete(erased, context);
      return 'complete';
    } catch (error) {
      if (error instanceof UnavailableError) return 'pending';
      throw error;
    }
  }

  /** Keys that come back with an older copy of the key store go again. */
  async destroyKeys(members: readonly Erasing[]): Promise<void> {
    const { keys, projectId } = this.dependencies;
    const keyIds = members.map(({ organizationId, memberId }) =>
      sealingKeyId({ projectId, organizationId }, memberId),
    );
    const destroyed = await keys.destroyed(keyIds);
    for (const keyId of keyIds) if (!destroyed.has(keyId)) await keys.destroy(keyId);
  }

  /** Of every address in the member's stream, also of those that were given up long ago. */
  private async addressHashes(place: Place, memberId: string): Promise<readonly string[]> {
    const { log, codec, lookupHash } = this.dependencies;
    const { projectId, organizationId } = place;
    const recorded = await log.readStream(streamName(memberAggregate.category, memberIn(place, memberId)));
    const own = recorded.filter((event) => event.organizationId === organizationId);
    const addresses = new Set((await codec.decode(own)).flatMap(addressesIn));
    return [...addresses].map((address) => lookupHash(`${projectId}/${organizationId}`, address));
  }

  private async positionOf({ organizationId, memberId }: Erasing): Promise<number> {
    const id = memberIn({ projectId: this.dependencies.projectId, organizationId }, memberId);
    const recorded = await this.dependencies.log.readStream(streamName(memberAggregate.category, id));
    return recorded.find(({ type }) => type === 'member.MemberErased')!.position;
  }

  private async recordCompletion(
    { organizationId, memberId }: Erasing,
    context: RequestContext,
  ): Promise<void> {
    const { clock, projectId } = this.dependencies;
    const at = clock();
    const command = commandContext(context, {
      commandId: stepId('complete-erasure', organizationId, memberId),
      at,
      content: { type: 'CompleteErasure', organizationId, memberId },
    });
    await handleCommand(this.dependencies, command, async (unit) => {
      const member = await unit.load(memberAggregate, memberIn({ projectId, organizationId }, memberId));
      member.execute({ type: 'CompleteErasure', data: {}, at });
    });
  }
}

const addressesIn = ({ event: { data } }: DecodedEvent): readonly string[] =>
  [data['address'], data['addresses']].flat().filter((value) => typeof value === 'string');
