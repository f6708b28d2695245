import type { WireErrorType } from '@muster/contracts';
import { DomainError } from '@muster/kernel';
import type { CallerContext } from '@muster/nest-kit';
import type { CreateMemberBody, UpdateMemberBody } from './member.dto.ts';

type Field = keyof CreateMemberBody | keyof UpdateMemberBody;

/** `self`: who writes their own field may do so by the `stytch.self` action, too. */
type FieldPermission = { readonly action: string; readonly self: boolean };

const self = (action: string): FieldPermission => ({ action, self: true });
const others = (action: string): FieldPermission => ({ action, self: false });

/** What a member's roles must allow for each field they send. A field that is not here is the backend's alone. */
const permissions: { readonly [Name in Field]?: FieldPermission } = {
  name: self('update.info.name'),
  untrusted_metadata: self('update.info.untrusted-metadata'),
  is_breakglass: others('update.settings.is-breakglass'),
  mfa_phone_number: self('update.info.mfa-phone'),
  mfa_enrolled: self('update.settings.mfa-enrolled'),
  default_mfa_method: self('update.settings.default-mfa-method'),
  roles: others('update.settings.roles'),
  preserve_existing_sessions: others('update.settings.roles'),
  email_address: others('update.info.email'),
  unlink_email: others('update.info.email'),
};

const reject = (code: WireErrorType, pointer?: string): never => {
  throw new DomainError<WireErrorType>(code, pointer === undefined ? {} : { pointer });
};

const sentIn = (body: CreateMemberBody | UpdateMemberBody): readonly Field[] =>
  (Object.keys(body) as Field[]).filter(
    (name) => (body as Readonly<Record<string, unknown>>)[name] !== undefined,
  );

const permitField = (caller: CallerContext, name: Field, memberId?: string): void => {
  if (name === 'trusted_metadata') reject('trusted_metadata_not_allowed', '/trusted_metadata');
  const needed = permissions[name];
  if (!needed) return reject('session_authorization_error', `/${name}`);
  const permission = { member: `stytch.member:${needed.action}` };
  caller.permit(needed.self ? { ...permission, self: `stytch.self:${needed.action}` } : permission, memberId);
};

/** What comes with being allowed to create members at all. */
const withCreate: readonly Field[] = [
  'email_address',
  'name',
  'untrusted_metadata',
  'create_member_as_pending',
];

/**
 * Lets the backend create anybody. A member who may create needs the same rights for what they give along as they would
 * need to give it afterwards (I15).
 * @throws DomainError trusted_metadata_not_allowed, session_authorization_error
 */
export const permitCreate = (caller: CallerContext, body: CreateMemberBody): void => {
  if (!caller.member) return;
  for (const name of sentIn(body)) if (!withCreate.includes(name)) permitField(caller, name);
};

/**
 * Lets the backend change every field, and a member those that their roles allow, for themselves or for others.
 * @throws DomainError trusted_metadata_not_allowed, member_cannot_update_their_email_address,
 *   session_authorization_error
 */
export const permitUpdate = (caller: CallerContext, memberId: string, body: UpdateMemberBody): void => {
  if (!caller.member) return;
  const sent = sentIn(body);
  if (sent.includes('email_address') && caller.member.memberId === memberId)
    reject('member_cannot_update_their_email_address', '/email_address');
  // Nothing to write is still something to see.
  if (sent.length === 0)
    caller.permit({ member: 'stytch.member:search', self: 'stytch.self:update.info.name' }, memberId);
  for (const name of sent) permitField(caller, name, memberId);
};
