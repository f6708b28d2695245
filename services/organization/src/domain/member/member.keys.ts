import {
  type AggregateId,
  type LookupHash,
  type Personal,
  readable,
  type ReservationChange,
  type ReservationsOf,
} from '@muster/eventsourcing';
import type { Instant } from '@muster/kernel';
import type { MemberEvent } from './member.events.ts';

/** As what a member holds a key. */
export type MemberKeyKind = 'current' | 'retired' | 'in-flight' | 'member-external-id';

type Place = { readonly projectId: string; readonly organizationId: string | null };

/** The key under which an address is taken in an organization. It holds a hash: the log knows no address (E12). */
export const memberEmailKey = (place: Place, address: string, hash: LookupHash): string =>
  `email:${place.organizationId}:${hash(`${place.projectId}/${place.organizationId}`, address)}`;

/** The key under which the application's own id of a member is taken in an organization. */
export const memberExternalIdKey = ({ organizationId }: Place, externalId: string): string =>
  `member-external-id:${organizationId}:${externalId}`;

/** The two halves of every pair below: what is taken here is given back there. */
const keysOf = (id: AggregateId, hash: LookupHash) => {
  const owner = id.id;
  const emailKey = (address: Personal<string>): string[] => {
    const text = readable(address);
    return text === undefined ? [] : [memberEmailKey(id, text, hash)];
  };
  return {
    take: (
      address: Personal<string>,
      kind: MemberKeyKind,
      until: Instant | null = null,
    ): readonly ReservationChange[] =>
      emailKey(address).map((key) => ({
        op: 'reserve',
        key,
        owner,
        kind,
        ...(until === null ? {} : { until }),
      })),
    giveBack: (address: Personal<string>): readonly ReservationChange[] =>
      emailKey(address).map((key) => ({ op: 'release', key, owner })),
    takeExternalId: (externalId: string | null): readonly ReservationChange[] =>
      externalId === null
        ? []
        : [{ op: 'reserve', key: memberExternalIdKey(id, externalId), owner, kind: 'member-external-id' }],
    giveBackExternalId: (externalId: string | null): readonly ReservationChange[] =>
      externalId === null ? [] : [{ op: 'release', key: memberExternalIdKey(id, externalId), owner }],
  };
};

/**
 * R5: an address is one member's in an organization, as the current one, a retired one or one under way. A pending
 * member holds it only until it is void (R33); a change under way only until its proof is.
 */
export const memberReservations: ReservationsOf<MemberEvent> = (event, id, hash) => {
  const { take, giveBack, takeExternalId, giveBackExternalId } = keysOf(id, hash);
  switch (event.type) {
    case 'MemberCreated': {
      const { address, expiresAt, externalId } = event.data;
      return [...take(address, 'current', expiresAt), ...takeExternalId(externalId)];
    }
    case 'MembershipRequestRenewed':
      return take(event.data.address, 'current', event.data.expiresAt);
    case 'MemberInvited':
    case 'MemberActivated':
    case 'MemberReactivated':
      return take(event.data.address, 'current');
    case 'MemberDeactivated': {
      const { externalId } = event.data;
      const addresses = readable(event.data.addresses) ?? [];
      return [...addresses.flatMap(giveBack), ...giveBackExternalId(externalId)];
    }
    case 'MemberEmailReplaced':
      return take(event.data.address, 'current', event.data.heldUntil);
    case 'MemberEmailRetired':
      return take(event.data.address, 'retired');
    case 'RetiredEmailUnlinked':
      return giveBack(event.data.address);
    case 'EmailUpdateStarted': {
      const { address, until, heldAsRetired } = event.data;
      return heldAsRetired ? [] : take(address, 'in-flight', until);
    }
    case 'EmailUpdateAbandoned':
      return event.data.heldAsRetired ? [] : giveBack(event.data.address);
    case 'ExternalIdAssigned': {
      const { externalId, previous } = event.data;
      return [...giveBackExternalId(previous), ...takeExternalId(externalId)];
    }
    case 'ExternalIdRemoved':
      return giveBackExternalId(event.data.externalId);
    default:
      return [];
  }
};
