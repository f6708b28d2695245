import type { Filter, View } from '@muster/eventsourcing';
import type { MemberDirectory } from '../../application/ports.ts';
import type { MemberDocument } from './members.projection.ts';

const PAGE = 1_000;

const notDeleted: Filter = { field: 'status', anyOf: ['pending', 'invited', 'active'] };

/** What organizations ask about their members, from the view. */
export class MemberViewDirectory implements MemberDirectory {
  constructor(private readonly view: Pick<View<MemberDocument>, 'find' | 'count'>) {}

  countMembers(organizationId: string): Promise<number> {
    return this.view.count([{ field: 'organizationId', anyOf: [organizationId] }, notDeleted]);
  }

  countAllMembers(): Promise<number> {
    return this.view.count([notDeleted]);
  }

  organizationsWithEmail(addresses: readonly string[]): Promise<readonly string[]> {
    return this.organizationsWith({ field: 'address', anyOf: addresses });
  }

  organizationsWithEmailLike(text: string): Promise<readonly string[]> {
    return this.organizationsWith({ field: 'address', contains: text });
  }

  private async organizationsWith(condition: Filter): Promise<readonly string[]> {
    const organizationIds = new Set<string>();
    for (let after: string | undefined; ;) {
      const cursor = after === undefined ? {} : { after };
      const page = await this.view.find({ where: [condition, notDeleted], limit: PAGE, ...cursor });
      for (const { document } of page) organizationIds.add(document.organizationId);
      if (page.length < PAGE) return [...organizationIds];
      after = page.at(-1)!.id;
    }
  }
}
