import type { Instant, JsonObject } from '@muster/kernel';
import type { MemberCommand } from '../domain/member/member.commands.ts';

/** What a caller wants a member to be; what is not mentioned stays as it is. */
export type MemberPatch = {
  readonly name?: string;
  readonly trustedMetadata?: JsonObject;
  readonly untrustedMetadata?: JsonObject;
  readonly externalId?: string;
  readonly isBreakglass?: boolean;
  readonly mfaPhoneNumber?: string;
  readonly mfaEnrolled?: boolean;
  readonly defaultMfaMethod?: string;
  readonly roles?: readonly string[];
  /** Canonical. */
  readonly address?: string;
  readonly unlinkEmail?: boolean;
};

type Command = MemberCommand | undefined;

/** The commands of one patch, in an order in which each finds what it needs (a phone before it becomes the default). */
export const patchCommands = (patch: MemberPatch, emailId: string, at: Instant): readonly MemberCommand[] => {
  const { name, trustedMetadata, untrustedMetadata, externalId, isBreakglass, roles, address } = patch;
  const { mfaPhoneNumber, mfaEnrolled, defaultMfaMethod, unlinkEmail = false } = patch;
  const commands: readonly Command[] = [
    name === undefined ? undefined : { type: 'RenameMember', data: { name }, at },
    trustedMetadata && { type: 'MergeTrustedMetadata', data: { changes: trustedMetadata }, at },
    untrustedMetadata && { type: 'MergeUntrustedMetadata', data: { changes: untrustedMetadata }, at },
    externalId === undefined ? undefined : { type: 'AssignExternalId', data: { externalId }, at },
    isBreakglass === undefined ? undefined : { type: 'SetBreakglass', data: { isBreakglass }, at },
    mfaPhoneNumber === undefined
      ? undefined
      : { type: 'SetMfaPhoneNumber', data: { phoneNumber: mfaPhoneNumber }, at },
    mfaEnrolled === undefined ? undefined : { type: 'SetMfaEnrolment', data: { enrolled: mfaEnrolled }, at },
    defaultMfaMethod === undefined
      ? undefined
      : { type: 'ChooseDefaultMfaMethod', data: { method: defaultMfaMethod }, at },
    roles && { type: 'AssignRoles', data: { roles }, at },
    address === undefined
      ? undefined
      : { type: 'ReplaceAddress', data: { emailId, address, unlinkPrevious: unlinkEmail }, at },
  ];
  return commands.filter((command) => command !== undefined);
};
