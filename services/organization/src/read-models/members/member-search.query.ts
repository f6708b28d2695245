import type { WireErrorType } from '@muster/contracts';
import type { Filter } from '@muster/eventsourcing';
import { DomainError, isId, parseEmailAddress } from '@muster/kernel';

export type MemberSearchOperand = { readonly filter_name: string; readonly filter_value: unknown };

const SHORTEST_FUZZY = 3;
const MOST_VALUES = 1_000;
const present = ['pending', 'invited', 'active'];

const refuse = (code: WireErrorType, index: number): never => {
  throw new DomainError<WireErrorType>(code, { pointer: `/query/operands/${index}/filter_value` });
};

const texts = (value: unknown, index: number): readonly string[] => {
  const valid =
    Array.isArray(value) &&
    value.length > 0 &&
    value.length <= MOST_VALUES &&
    value.every((text) => typeof text === 'string');
  return valid ? (value as readonly string[]) : refuse('member_search_expected_array_of_strings', index);
};

const truth = (value: unknown, index: number): boolean =>
  typeof value === 'boolean' ? value : refuse('member_search_expected_boolean', index);

const fuzzy = (value: unknown, index: number, tooShort: WireErrorType): string => {
  if (typeof value !== 'string') return refuse('member_search_expected_string', index);
  return value.length >= SHORTEST_FUZZY ? value : refuse(tooShort, index);
};

const anyOf = (field: string, values: readonly string[]): Filter => ({ field, anyOf: values });
const nobody: Filter = anyOf('memberId', []);

/** Ids of ours, or ids of the application: a list of both would be two questions. */
const byIds = (ids: readonly string[], index: number): Filter => {
  const own = ids.filter((id) => isId('member', id));
  if (own.length === ids.length) return anyOf('memberId', ids);
  return own.length === 0
    ? anyOf('externalId', ids)
    : refuse('member_search_cannot_mix_internal_and_external_member_ids', index);
};

type FilterOf = (value: unknown, index: number) => Filter | undefined;

const byPhone: FilterOf = (value, index) => anyOf('phoneNumber', texts(value, index));
const byPhonePart: FilterOf = (value, index) => ({
  field: 'phoneNumber',
  contains: fuzzy(value, index, 'member_search_member_mfa_phone_number_fuzzy_too_short'),
});

/** What each search filter asks of the view; undefined: it holds for everybody. */
const filters: Readonly<Record<string, FilterOf>> = {
  member_ids: (value, index) => byIds(texts(value, index), index),
  member_emails: (value, index) =>
    anyOf(
      'address',
      texts(value, index).flatMap((text) => parseEmailAddress(text)?.address ?? []),
    ),
  member_email_fuzzy: (value, index) => ({
    field: 'address',
    contains: fuzzy(value, index, 'member_search_member_email_fuzzy_too_short'),
  }),
  member_is_breakglass: (value, index) => anyOf('breakglass', [String(truth(value, index))]),
  statuses: (value, index) => anyOf('status', texts(value, index)),
  member_roles: (value, index) => anyOf('role', texts(value, index)),
  // Both names are in use: one SDK's types have the shorter one.
  member_mfa_phone_numbers: byPhone,
  member_phone_numbers: byPhone,
  member_mfa_phone_number_fuzzy: byPhonePart,
  member_phone_number_fuzzy: byPhonePart,
  // Nobody has a password yet.
  member_password_exists: (value, index) => (truth(value, index) ? nobody : undefined),
};

const unknownFilter = (index: number): never => {
  throw new DomainError<WireErrorType>('member_search_filter_name_not_recognized', {
    pointer: `/query/operands/${index}/filter_name`,
  });
};

/**
 * The conditions of the operands, all of which must hold. Where none asks for statuses the deleted are left out.
 * @throws DomainError member_search_…
 */
export const conditionsOf = (operands: readonly MemberSearchOperand[]): readonly Filter[] => {
  const conditions = operands.flatMap(({ filter_name, filter_value }, index) => {
    const filterOf = Object.hasOwn(filters, filter_name) ? filters[filter_name]! : unknownFilter(index);
    return filterOf(filter_value, index) ?? [];
  });
  const asksStatus = operands.some(({ filter_name }) => filter_name === 'statuses');
  return asksStatus ? conditions : [...conditions, anyOf('status', present)];
};

/** A cursor is the last id of the page before; nobody outside should know. */
export const cursorAfter = (memberId: string): string => Buffer.from(memberId).toString('base64url');

/** @throws DomainError invalid_cursor */
export const idBefore = (cursor: string): string => {
  const memberId = Buffer.from(cursor, 'base64url').toString();
  if (!isId('member', memberId))
    throw new DomainError<WireErrorType>('invalid_cursor', { pointer: '/cursor' });
  return memberId;
};
