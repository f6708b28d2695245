import { defineAggregate } from '@muster/eventsourcing';
import { memberDecider } from './member.decider.ts';
import { memberReservations } from './member.keys.ts';

const first = { version: 1 } as const;

/** How members are stored: addresses, name, phone number and metadata sealed with the member's own key (E12). */
export const memberAggregate = defineAggregate({
  category: 'member',
  retention: 'permanent',
  decider: memberDecider,
  events: {
    MemberCreated: {
      version: 1,
      sealed: ['address', 'name', 'trustedMetadata', 'untrustedMetadata', 'mfaPhoneNumber'],
    },
    MembershipRequestRenewed: { version: 1, sealed: ['address'] },
    MemberInvited: { version: 1, sealed: ['address'] },
    InvitationRenewed: first,
    MemberActivated: { version: 1, sealed: ['address'] },
    MemberEmailVerified: first,
    MemberEmailReplaced: { version: 1, sealed: ['address'] },
    MemberEmailRetired: { version: 1, sealed: ['address'] },
    RetiredEmailUnlinked: { version: 1, sealed: ['address'] },
    EmailUpdateStarted: { version: 1, sealed: ['address'] },
    EmailUpdateAbandoned: { version: 1, sealed: ['address'] },
    MemberRolesAssigned: first,
    MemberRenamed: { version: 1, sealed: ['name'] },
    TrustedMetadataSet: { version: 1, sealed: ['metadata'] },
    UntrustedMetadataSet: { version: 1, sealed: ['metadata'] },
    ExternalIdAssigned: first,
    ExternalIdRemoved: first,
    BreakglassGranted: first,
    BreakglassWithdrawn: first,
    MfaPhoneNumberSet: { version: 1, sealed: ['phoneNumber'] },
    MfaEnrolled: first,
    MfaUnenrolled: first,
    DefaultMfaMethodChosen: first,
    MemberDeactivated: { version: 1, sealed: ['addresses'] },
    MemberReactivated: { version: 1, sealed: ['address'] },
    MemberErased: first,
    MemberErasureCompleted: first,
  },
  reservations: memberReservations,
});
