import type { Filter, View } from '@muster/eventsourcing';
import {
  conditionsOf,
  cursorAfter,
  idBefore,
  type OrganizationsByEmail,
  type SearchOperand,
} from './organization-search.query.ts';
import type { OrganizationDocument } from './organizations.projection.ts';

export type SearchQuery = {
  readonly operator: 'AND' | 'OR';
  readonly operands: readonly SearchOperand[];
  readonly cursor?: string;
  readonly limit: number;
};

/** `total` is -1 where it is not known (OR). */
export type SearchPage = {
  readonly organizations: readonly OrganizationDocument[];
  readonly total: number;
  readonly nextCursor: string | null;
};

type Found = { readonly id: string; readonly document: OrganizationDocument };

/** Organizations by what they are like, from the view, in order of their ids. */
export class OrganizationSearch {
  constructor(
    private readonly view: Pick<View<OrganizationDocument>, 'find' | 'count'>,
    private readonly members: OrganizationsByEmail,
    private readonly projectId: string,
  ) {}

  /** @throws DomainError invalid_search_query, invalid_cursor */
  async search({ operator, operands, cursor, limit }: SearchQuery): Promise<SearchPage> {
    const after = cursor === undefined ? undefined : idBefore(cursor);
    const conditions = await conditionsOf(operands, this.members);
    const either = operator === 'OR' && conditions.length > 1;
    const queries = either ? conditions : [conditions.flat()];
    // One more than asked for tells whether there is a next page.
    const pages = await Promise.all(queries.map((where) => this.page(where, after, limit + 1)));
    const found = either ? unionOf(pages) : pages[0]!;
    const shown = found.slice(0, limit);
    return {
      organizations: shown.map(({ document }) => document),
      total: either ? -1 : await this.view.count(this.inProject(queries[0]!)),
      nextCursor: found.length > limit ? cursorAfter(shown.at(-1)!.id) : null,
    };
  }

  /** Ids of organizations with a rule that admits by this domain: candidates for discovery (R33). */
  async admittingByDomain(domain: string): Promise<readonly string[]> {
    const found = await this.page([{ field: 'jitDomain', anyOf: [domain] }], undefined, MOST_CANDIDATES);
    return found.map(({ id }) => id);
  }

  count(): Promise<number> {
    return this.view.count(this.inProject([]));
  }

  private page(
    where: readonly Filter[],
    after: string | undefined,
    limit: number,
  ): Promise<readonly Found[]> {
    return this.view.find({ where: this.inProject(where), limit, ...(after === undefined ? {} : { after }) });
  }

  private inProject(where: readonly Filter[]): readonly Filter[] {
    return [{ field: 'project', anyOf: [this.projectId] }, ...where];
  }
}

/** Nobody chooses among more. */
const MOST_CANDIDATES = 1_000;

const unionOf = (pages: readonly (readonly Found[])[]): readonly Found[] => {
  const byId = new Map(pages.flat().map((found) => [found.id, found]));
  return [...byId.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1));
};
