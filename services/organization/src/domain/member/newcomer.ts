/** What a member has of whom nothing is known yet but an address. */
export const newcomer = {
  emailVerified: false,
  name: '',
  roles: [],
  isBreakglass: false,
  externalId: null,
  trustedMetadata: {},
  untrustedMetadata: {},
  mfaPhoneNumber: null,
  mfaEnrolled: false,
  membershipEndsAt: null,
} as const;
