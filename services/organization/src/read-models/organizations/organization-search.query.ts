import type { WireErrorType } from '@muster/contracts';
import type { Filter } from '@muster/eventsourcing';
import { DomainError, isId, parseEmailAddress } from '@muster/kernel';

export type SearchOperand = { readonly filter_name: string; readonly filter_value: unknown };

/** What filters on members ask the members view. */
export type OrganizationsByEmail = {
  readonly organizationsWithEmail: (addresses: readonly string[]) => Promise<readonly string[]>;
  readonly organizationsWithEmailLike: (text: string) => Promise<readonly string[]>;
};

const SHORTEST_FUZZY = 3;
const MOST_VALUES = 1_000;

const invalid = (index: number): never => {
  throw new DomainError<WireErrorType>('invalid_search_query', { pointer: `/query/operands/${index}` });
};

type Reader<T> = (value: unknown, index: number) => T;

const texts: Reader<readonly string[]> = (value, index) => {
  const valid =
    Array.isArray(value) &&
    value.length > 0 &&
    value.length <= MOST_VALUES &&
    value.every((text) => typeof text === 'string');
  return valid ? (value as readonly string[]) : invalid(index);
};

const fuzzyText: Reader<string> = (value, index) =>
  typeof value === 'string' && value.length >= SHORTEST_FUZZY ? value : invalid(index);

const lowerCase = (values: readonly string[]): readonly string[] =>
  values.map((value) => value.toLowerCase());

const anyOf = (field: string, values: readonly string[]): Filter => ({ field, anyOf: values });
const contains = (field: string, text: string): Filter => ({ field, contains: text });

const ids = async (organizations: Promise<readonly string[]>): Promise<Filter> =>
  anyOf('organizationId', await organizations);

type FilterOf = (
  value: unknown,
  index: number,
  members: OrganizationsByEmail,
) => Filter | readonly [] | Promise<Filter>;

/** What each search filter asks of the view; filters on members ask the members view first. */
const filters: Readonly<Record<string, FilterOf>> = {
  organization_ids: (value, index) => anyOf('organizationId', texts(value, index)),
  organization_slugs: (value, index) => anyOf('slug', lowerCase(texts(value, index))),
  organization_name_fuzzy: (value, index) => contains('name', fuzzyText(value, index)),
  organization_slug_fuzzy: (value, index) => contains('slug', fuzzyText(value, index)),
  member_emails: (value, index, members) =>
    ids(
      members.organizationsWithEmail(
        texts(value, index).flatMap((text) => parseEmailAddress(text)?.address ?? []),
      ),
    ),
  member_email_fuzzy: (value, index, members) =>
    ids(members.organizationsWithEmailLike(fuzzyText(value, index))),
  allowed_domains: (value, index) => anyOf('domain', lowerCase(texts(value, index))),
  allowed_domain_fuzzy: (value, index) => contains('domain', fuzzyText(value, index)),
  claimed_email_domains: (value, index) => anyOf('claimedDomain', lowerCase(texts(value, index))),
  // No organization has a connection yet.
  has_active_sso_connection: (value, index) => {
    if (typeof value !== 'boolean') return invalid(index);
    return value ? anyOf('organizationId', []) : [];
  },
  sso_connection_id: (value, index) =>
    typeof value === 'string' ? anyOf('organizationId', []) : invalid(index),
};

/** The conditions of the operands, one list each. @throws DomainError invalid_search_query */
export const conditionsOf = (
  operands: readonly SearchOperand[],
  members: OrganizationsByEmail,
): Promise<readonly (readonly Filter[])[]> =>
  Promise.all(
    operands.map(async ({ filter_name, filter_value }, index) => {
      const filterOf = Object.hasOwn(filters, filter_name) ? filters[filter_name]! : invalid(index);
      return [await filterOf(filter_value, index, members)].flat();
    }),
  );

/** A cursor is the last id of the page before; nobody outside should know. */
export const cursorAfter = (organizationId: string): string =>
  Buffer.from(organizationId).toString('base64url');

/** @throws DomainError invalid_cursor */
export const idBefore = (cursor: string): string => {
  const organizationId = Buffer.from(cursor, 'base64url').toString();
  if (!isId('organization', organizationId)) throw new DomainError<WireErrorType>('invalid_cursor');
  return organizationId;
};
