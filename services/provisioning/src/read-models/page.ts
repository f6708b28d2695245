import type { WireErrorType } from '@muster/contracts';
import { DomainError, type IdType, isId } from '@muster/kernel';

/** Part of a list, in order of ids. */
export type Page<T> = {
  readonly items: readonly T[];
  readonly total: number;
  /** Null on the last page. */
  readonly nextCursor: string | null;
};

export type PageRequest = { readonly cursor?: string; readonly limit: number };

/** A cursor is the last id of the page before; nobody outside should know. */
export const cursorAfter = (id: string): string => Buffer.from(id).toString('base64url');

/** @throws DomainError invalid_cursor */
export const idBefore = (type: IdType, cursor: string): string => {
  const id = Buffer.from(cursor, 'base64url').toString();
  if (!isId(type, id)) throw new DomainError<WireErrorType>('invalid_cursor');
  return id;
};

type Found<D> = { readonly id: string; readonly document: D };

/** A page out of one entry more than it may hold: that one tells whether there is a next page. */
export const pageOf = <D>(found: readonly Found<D>[], limit: number, total: number): Page<D> => {
  const shown = found.slice(0, limit);
  const nextCursor = found.length > limit ? cursorAfter(shown.at(-1)!.id) : null;
  return { items: shown.map(({ document }) => document), total, nextCursor };
};
