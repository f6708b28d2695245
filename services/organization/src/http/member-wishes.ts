import type { MemberPatch } from '../application/member-patch.ts';
import { canonical } from '../application/member-work.ts';
import type { NewMember } from '../application/member.service.ts';
import type { CreateMemberBody, UpdateMemberBody } from './member.dto.ts';

/** The wire's words in the application's. */
export const newMemberFrom = (body: CreateMemberBody): NewMember => ({
  emailAddress: body.email_address,
  name: body.name ?? '',
  trustedMetadata: body.trusted_metadata ?? {},
  untrustedMetadata: body.untrusted_metadata ?? {},
  pending: body.create_member_as_pending ?? false,
  isBreakglass: body.is_breakglass ?? false,
  mfaPhoneNumber: body.mfa_phone_number || null,
  mfaEnrolled: body.mfa_enrolled ?? false,
  roles: body.roles ?? [],
  externalId: body.external_id ?? null,
});

type Defined<T> = { readonly [Name in keyof T]?: Exclude<T[Name], undefined> };

const defined = <T extends object>(given: T): Defined<T> =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Defined<T>;

/** What the call says; an empty text says nothing of what could not be empty. */
export const patchFrom = (body: UpdateMemberBody): MemberPatch =>
  defined({
    name: body.name,
    trustedMetadata: body.trusted_metadata,
    untrustedMetadata: body.untrusted_metadata,
    externalId: body.external_id,
    isBreakglass: body.is_breakglass,
    mfaPhoneNumber: body.mfa_phone_number || undefined,
    mfaEnrolled: body.mfa_enrolled,
    defaultMfaMethod: body.default_mfa_method || undefined,
    roles: body.roles,
    address: body.email_address ? canonical(body.email_address) : undefined,
    unlinkEmail: body.unlink_email,
  });
