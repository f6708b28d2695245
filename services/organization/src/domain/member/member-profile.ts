import { type MfaMethod, mfaMethods } from '@muster/contracts';
import { assertNever, canonicalJson, type JsonObject } from '@muster/kernel';
import { mergeMetadata } from '../metadata.ts';
import type { ProfileCommand } from './member.commands.ts';
import type { MemberProfileEvent } from './member.events.ts';
import {
  assertPresent,
  checkExternalId,
  checkName,
  checkPhoneNumber,
  distinct,
  refuse,
  sameSet,
} from './member.rules.ts';
import type { Member } from './member.state.ts';

/** What is said about a member, and what they may do. */
export const decideProfile = (state: Member, command: ProfileCommand): readonly MemberProfileEvent[] => {
  assertPresent(state, command.at);
  switch (command.type) {
    case 'AssignRoles':
      return rolesAssigned(state, command.data.roles);
    case 'RenameMember':
      return renamed(state, command.data.name);
    case 'MergeTrustedMetadata':
      return trustedMetadataMerged(state, command.data.changes);
    case 'MergeUntrustedMetadata':
      return untrustedMetadataMerged(state, command.data.changes);
    case 'AssignExternalId':
      return externalIdAssigned(state, command.data.externalId);
    case 'RemoveExternalId':
      return state.externalId === null
        ? []
        : [{ type: 'ExternalIdRemoved', data: { externalId: state.externalId } }];
    case 'SetBreakglass':
      return breakglassSet(state, command.data.isBreakglass);
    case 'SetMfaPhoneNumber':
      return phoneNumberSet(state, command.data.phoneNumber);
    case 'SetMfaEnrolment':
      return enrolmentSet(state, command.data.enrolled);
    case 'ChooseDefaultMfaMethod':
      return defaultMfaMethodChosen(state, command.data.method);
    default:
      return assertNever(command);
  }
};

const rolesAssigned = (state: Member, given: readonly string[]): readonly MemberProfileEvent[] => {
  const roles = distinct(given);
  return sameSet(roles, state.roles) ? [] : [{ type: 'MemberRolesAssigned', data: { roles } }];
};

export const renamed = (state: Member, name: string): readonly MemberProfileEvent[] => {
  checkName(name);
  return name === state.name ? [] : [{ type: 'MemberRenamed', data: { name } }];
};

const same = (a: JsonObject, b: JsonObject): boolean => canonicalJson(a) === canonicalJson(b);

export const trustedMetadataMerged = (state: Member, changes: JsonObject): readonly MemberProfileEvent[] => {
  const metadata = mergeMetadata(state.trustedMetadata, changes, '/trusted_metadata');
  return same(metadata, state.trustedMetadata) ? [] : [{ type: 'TrustedMetadataSet', data: { metadata } }];
};

export const untrustedMetadataMerged = (
  state: Member,
  changes: JsonObject,
): readonly MemberProfileEvent[] => {
  const metadata = mergeMetadata(state.untrustedMetadata, changes, '/untrusted_metadata');
  return same(metadata, state.untrustedMetadata)
    ? []
    : [{ type: 'UntrustedMetadataSet', data: { metadata } }];
};

const externalIdAssigned = (state: Member, externalId: string): readonly MemberProfileEvent[] => {
  checkExternalId(externalId);
  const { externalId: previous } = state;
  return externalId === previous ? [] : [{ type: 'ExternalIdAssigned', data: { externalId, previous } }];
};

const breakglassSet = (state: Member, isBreakglass: boolean): readonly MemberProfileEvent[] =>
  isBreakglass === state.isBreakglass
    ? []
    : [{ type: isBreakglass ? 'BreakglassGranted' : 'BreakglassWithdrawn', data: {} }];

/** A number is never replaced, only deleted and set again: a stolen session must not redirect a second factor. */
const phoneNumberSet = ({ mfa }: Member, phoneNumber: string): readonly MemberProfileEvent[] => {
  checkPhoneNumber(phoneNumber);
  if (mfa.phoneNumber === phoneNumber) return [];
  if (mfa.phoneNumber !== null) refuse('member_phone_number_already_set', '/mfa_phone_number');
  return [{ type: 'MfaPhoneNumberSet', data: { phoneNumber } }];
};

const enrolmentSet = ({ mfa }: Member, enrolled: boolean): readonly MemberProfileEvent[] =>
  enrolled === mfa.enrolled ? [] : [{ type: enrolled ? 'MfaEnrolled' : 'MfaUnenrolled', data: {} }];

const isMfaMethod = (method: string): method is MfaMethod => mfaMethods.some((known) => known === method);

const defaultMfaMethodChosen = ({ mfa }: Member, method: string): readonly MemberProfileEvent[] => {
  if (!isMfaMethod(method)) return refuse('invalid_mfa_default_method', '/default_mfa_method');
  // A TOTP registration cannot be had yet, so codes by SMS are all there is to choose.
  const hasFactor = method === 'sms_otp' && mfa.phoneNumber !== null;
  if (!hasFactor) refuse('default_mfa_member_missing_factor', '/default_mfa_method');
  return method === mfa.defaultMethod ? [] : [{ type: 'DefaultMfaMethodChosen', data: { method } }];
};
