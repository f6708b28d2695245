import type { WireErrorType } from '@muster/contracts';
import {
  type EventCodec,
  type EventLog,
  foldDocument,
  type LookupHash,
  type Reservation,
} from '@muster/eventsourcing';
import { type Clock, DomainError, type Instant, instantAt, isId } from '@muster/kernel';
import { memberEmailKey, memberExternalIdKey } from '../domain/member/member.keys.ts';
import { statusAt } from '../read-models/members/member.wire.ts';
import { type MemberDocument, membersProjection } from '../read-models/members/members.projection.ts';

type Dependencies = {
  readonly log: EventLog;
  readonly codec: EventCodec;
  readonly lookupHash: LookupHash;
  readonly clock: Clock;
  readonly projectId: string;
};

const BEFORE_ALL_TIME = instantAt(0);

/** Single members, read from log and streams: never behind (E27). Another organization's member is not there (I2). */
export class MemberLookup {
  private readonly projection;

  constructor(private readonly dependencies: Dependencies) {
    this.projection = membersProjection(dependencies.lookupHash);
  }

  /** The id behind a member id or an external id. Says nothing about existence. @throws DomainError member_not_found */
  async idOf(organizationId: string, reference: string): Promise<string> {
    if (isId('member', reference)) return reference;
    const { log, clock, projectId } = this.dependencies;
    const held = await log.reservation(
      memberExternalIdKey({ projectId, organizationId }, reference),
      clock(),
    );
    if (!held) throw new DomainError<WireErrorType>('member_not_found');
    return held.owner;
  }

  /** In whatever state, or undefined. */
  async byId(organizationId: string, memberId: string): Promise<MemberDocument | undefined> {
    const { projectId } = this.dependencies;
    const id = { projectId, organizationId, id: memberId };
    return (await foldDocument(this.dependencies, this.projection, id))?.document;
  }

  /** By id or external id; who is deleted or lapsed is not found. @throws DomainError member_not_found */
  async find(organizationId: string, reference: string): Promise<MemberDocument> {
    const found = await this.byId(organizationId, await this.idOf(organizationId, reference));
    if (!found || statusAt(found, this.dependencies.clock()) === 'deleted')
      throw new DomainError<WireErrorType>('member_not_found');
    return found;
  }

  /**
   * Whose current address it is, or undefined. A member whose membership has ended is still found, so that a rule does
   * not admit them once more (R34); a void pending one is not (R33).
   */
  async byAddress(organizationId: string, address: string): Promise<MemberDocument | undefined> {
    const held = await this.dependencies.log.reservation(
      this.emailKey(organizationId, address),
      this.dependencies.clock(),
    );
    return held?.kind === 'current' ? this.byId(organizationId, held.owner) : undefined;
  }

  /** Who holds an address, or who was the last to: a void pending member's key binds nobody, but the member is there. */
  async lastHolder(organizationId: string, address: string, at: Instant): Promise<Reservation | undefined> {
    const key = this.emailKey(organizationId, address);
    const { log } = this.dependencies;
    return (await log.reservation(key, at)) ?? (await log.reservation(key, BEFORE_ALL_TIME));
  }

  private emailKey(organizationId: string, address: string): string {
    const { projectId, lookupHash } = this.dependencies;
    return memberEmailKey({ projectId, organizationId }, address, lookupHash);
  }
}
