import type { View } from '@muster/eventsourcing';
import type { Clock } from '@muster/kernel';
import { hasLapsed } from '../../domain/member/member.rules.ts';
import { conditionsOf, cursorAfter, idBefore, type MemberSearchOperand } from './member-search.query.ts';
import type { MemberDocument } from './members.projection.ts';

export type MemberSearchQuery = {
  readonly organizationIds: readonly string[];
  readonly operands: readonly MemberSearchOperand[];
  readonly cursor?: string | undefined;
  readonly limit: number;
};

export type MemberSearchPage = {
  readonly members: readonly MemberDocument[];
  readonly total: number;
  readonly nextCursor: string | null;
};

/** Members by what they are like, from the view, in order of their ids. */
export class MemberSearch {
  constructor(
    private readonly view: Pick<View<MemberDocument>, 'find' | 'count'>,
    private readonly clock: Clock,
  ) {}

  /**
   * Whom time alone has made void is left out of the page (R33, R34), but still counted in `total`.
   * @throws DomainError member_search_…, invalid_cursor
   */
  async search({ organizationIds, operands, cursor, limit }: MemberSearchQuery): Promise<MemberSearchPage> {
    const where = [{ field: 'organizationId', anyOf: organizationIds }, ...conditionsOf(operands)];
    const after = cursor === undefined ? {} : { after: idBefore(cursor) };
    // One more than asked for tells whether there is a next page.
    const found = await this.view.find({ where, limit: limit + 1, ...after });
    const page = found.slice(0, limit);
    const at = this.clock();
    return {
      members: page.map(({ document }) => document).filter((document) => !hasLapsed(document, at)),
      total: await this.view.count(where),
      nextCursor: found.length > limit ? cursorAfter(page.at(-1)!.id) : null,
    };
  }
}
