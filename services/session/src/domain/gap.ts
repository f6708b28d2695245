import {
  type AuthMethod,
  authMethods,
  type Factor,
  type FactorMethod,
  type MemberFacts,
  type OrganizationFacts,
  type Reason,
  type WireGap,
} from '@muster/contracts';
import { type Instant, plusMinutes } from '@muster/kernel';
import { countsIn, type Ledger } from './ledger.ts';

/** Who wants to enter: a member, or somebody who may become one. */
export type Entrant = {
  readonly address: string;
  readonly isBreakglass: boolean;
  readonly mfaEnrolled: boolean;
  readonly mfaPhoneNumber: string;
  readonly totpRegistrationId: string;
};

export type GapInputs = {
  readonly ledger: Ledger;
  readonly organization: Pick<OrganizationFacts, 'organizationId' | 'authentication' | 'mfa' | 'session'>;
  readonly entrant: Entrant;
  readonly at: Instant;
};

/** How policies call what a primary factor was proven with. */
const methodNames = {
  magic_link: 'magic_link',
  email_otp: 'email_otp',
} as const satisfies Record<FactorMethod, AuthMethod>;

export const nothingMissing: WireGap = {
  primary_required: null,
  mfa_required: null,
  reauthentication_required: null,
};

export const isClosed = (gap: WireGap): boolean =>
  gap.primary_required === null && gap.mfa_required === null && gap.reauthentication_required === null;

/** The entrant that is a member, as of now. */
export const memberAsEntrant = ({ address, isBreakglass, mfaEnrolled, wire }: MemberFacts): Entrant => ({
  address,
  isBreakglass,
  mfaEnrolled,
  mfaPhoneNumber: wire.mfa_phone_number,
  totpRegistrationId: wire.totp_registration_id,
});

/** The entrant who is nobody there yet. */
export const strangerAsEntrant = (address: string): Entrant => ({
  address,
  isBreakglass: false,
  mfaEnrolled: false,
  mfaPhoneNumber: '',
  totpRegistrationId: '',
});

/**
 * What an organization's policy demands and a ledger does not show (R11): a primary factor, then a second one, then a
 * fresher one. Asks only for what is missing, too old or not allowed, and says why.
 */
export const gapOf = (inputs: GapInputs): WireGap => {
  const counting = countingPrimaries(inputs);
  const allowed = counting.filter(({ method }) => isAllowed(inputs, method));
  return {
    primary_required: primaryRequired(inputs, counting, allowed),
    mfa_required: mfaRequired(inputs),
    reauthentication_required: reauthenticationRequired(inputs, allowed),
  };
};

/** Primary factors that may count here and prove the entrant's own address, whatever their method (R10, R12). */
const countingPrimaries = ({ ledger, organization, entrant }: GapInputs): readonly Factor[] =>
  ledger
    .map(({ factor }) => factor)
    .filter(({ order }) => order === 'PRIMARY')
    .filter((factor) => countsIn(factor, organization.organizationId))
    .filter(({ subject }) => subject.kind === 'email' && subject.address === entrant.address);

/** The list of methods does not bind a breakglass member. */
const isAllowed = ({ organization, entrant }: GapInputs, method: FactorMethod): boolean => {
  const { mode, allowed } = organization.authentication;
  return mode === 'ALL_ALLOWED' || entrant.isBreakglass || allowed.includes(methodNames[method]);
};

const allowedMethods = ({ organization, entrant }: GapInputs): readonly AuthMethod[] => {
  const { mode, allowed } = organization.authentication;
  return mode === 'ALL_ALLOWED' || entrant.isBreakglass ? authMethods : allowed;
};

const primaryRequired = (
  inputs: GapInputs,
  counting: readonly Factor[],
  allowed: readonly Factor[],
): WireGap['primary_required'] => {
  if (allowed.length > 0) return null;
  const reason: Reason =
    counting.length === 0
      ? {
          code: 'no_transferable_factor',
          message: 'No factor proven so far counts for this person in this organization.',
          details: {},
        }
      : {
          code: 'methods_not_allowed',
          message: 'The organization does not allow the methods used so far.',
          details: { used_methods: [...new Set(counting.map(({ method }) => method))] },
        };
  return { allowed_auth_methods: allowedMethods(inputs), reasons: [reason] };
};

/**
 * Demanded by the organization or because the member enrolled: either is enough, and it must be performed (R13). No
 * method there is proves a second factor, so what is demanded is missing, of a breakglass member too.
 */
const mfaRequired = ({ organization, entrant }: GapInputs): WireGap['mfa_required'] => {
  const reasons: Reason[] = [];
  if (organization.mfa.requirement === 'REQUIRED_FOR_ALL')
    reasons.push({
      code: 'mfa_required_by_organization',
      message: 'The organization requires a second factor of everybody.',
      details: {},
    });
  if (entrant.mfaEnrolled)
    reasons.push({
      code: 'mfa_enrolled_by_member',
      message: 'The member has enrolled in multi-factor authentication.',
      details: {},
    });
  if (reasons.length === 0) return null;
  const { mfaPhoneNumber, totpRegistrationId } = entrant;
  const hasOptions = mfaPhoneNumber !== '' || totpRegistrationId !== '';
  return {
    member_options: hasOptions
      ? { mfa_phone_number: mfaPhoneNumber, totp_registration_id: totpRegistrationId }
      : null,
    secondary_auth_initiated: null,
    reasons,
  };
};

/** Of the factors that would do, one must have been performed within the organization's interval (R14). */
const reauthenticationRequired = (
  inputs: GapInputs,
  allowed: readonly Factor[],
): WireGap['reauthentication_required'] => {
  const interval = inputs.organization.session.reauthenticationIntervalMinutes;
  const last = allowed
    .map(({ lastProvenAt }) => lastProvenAt)
    .toSorted()
    .at(-1);
  if (interval === null || last === undefined || inputs.at < plusMinutes(last, interval)) return null;
  return {
    allowed_auth_methods: allowedMethods(inputs),
    reasons: [
      {
        code: 'proven_too_long_ago',
        message: 'The organization asks for authentication at shorter intervals.',
        details: { interval_minutes: interval, last_proven_at: last },
      },
    ],
  };
};
