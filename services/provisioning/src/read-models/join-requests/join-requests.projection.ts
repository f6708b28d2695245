import type { Projection } from '@muster/eventsourcing';
import type { Instant } from '@muster/kernel';
import type { JoinRequestEvent } from '../../domain/join-request/join-request.events.ts';

export type JoinRequestStatus = 'pending' | 'approved' | 'denied';

/** One person's wish to join. Nothing personal: the address is read where it was asked. */
export type JoinRequestDocument = {
  readonly joinRequestId: string;
  readonly organizationId: string;
  /** Of the last time it was asked. */
  readonly position: number;
  readonly ruleId: string;
  readonly status: JoinRequestStatus;
  readonly requestedAt: Instant;
  readonly decidedAt: Instant | null;
  readonly decidedBy: string | null;
  /** The admission that the request waits with, or the one that its approval granted. */
  readonly admissionId: string;
  /** Null as long as nobody was let in. */
  readonly memberId: string | null;
};

/** The join requests of all organizations, each as it stands now (R32). */
export const joinRequestsProjection: Projection<JoinRequestDocument> = {
  name: 'provisioning-join-requests',
  version: 1,
  categories: ['joinRequest'],
  onPoison: 'park',
  apply: (document, { event, id, position, metadata: { at } }) => {
    const { type, data } = event as JoinRequestEvent;
    if (type === 'JoinRequested')
      return {
        joinRequestId: id.id,
        organizationId: id.organizationId!,
        position,
        ruleId: data.ruleId,
        status: 'pending',
        requestedAt: at,
        decidedAt: null,
        decidedBy: null,
        admissionId: data.admissionId,
        memberId: null,
      };
    if (!document) return undefined;
    switch (type) {
      case 'JoinRequestApproved': {
        const { admissionId, memberId, decidedBy } = data;
        return { ...document, status: 'approved', decidedAt: at, decidedBy, admissionId, memberId };
      }
      case 'JoinRequestDenied':
        return { ...document, status: 'denied', decidedAt: at, decidedBy: data.decidedBy };
      case 'JoinRequestReopened':
        return { ...document, status: 'pending', decidedAt: null, decidedBy: null, memberId: null };
    }
  },
  indexes: ({ organizationId, status }) => ({ organization: [organizationId], status: [status] }),
};
