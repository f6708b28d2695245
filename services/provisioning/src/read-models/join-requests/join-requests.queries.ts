import { type EventCodec, type EventLog, foldDocument, type View } from '@muster/eventsourcing';
import type { Addresses } from '../addresses.ts';
import { idBefore, type Page, pageOf, type PageRequest } from '../page.ts';
import {
  type JoinRequestDocument,
  joinRequestsProjection,
  type JoinRequestStatus,
} from './join-requests.projection.ts';

export type JoinRequestFound = { readonly document: JoinRequestDocument; readonly address: string | null };

export type JoinRequestSearch = PageRequest & {
  readonly organizationId: string;
  readonly status?: JoinRequestStatus;
};

/** Asks who would like to join. */
export class JoinRequestQueries {
  constructor(
    private readonly view: Pick<View<JoinRequestDocument>, 'find' | 'count'>,
    private readonly addresses: Addresses,
    private readonly dependencies: { readonly log: EventLog; readonly codec: EventCodec },
  ) {}

  /** In order of their ids. @throws DomainError invalid_cursor */
  async list({ organizationId, status, cursor, limit }: JoinRequestSearch): Promise<Page<JoinRequestFound>> {
    const where = [
      { field: 'organization', anyOf: [organizationId] },
      ...(status === undefined ? [] : [{ field: 'status', anyOf: [status] }]),
    ];
    const after = cursor === undefined ? {} : { after: idBefore('join-request', cursor) };
    const found = await this.view.find({ where, ...after, limit: limit + 1 });
    const page = pageOf(found, limit, await this.view.count(where));
    return { ...page, items: await this.withAddresses(page.items) };
  }

  /** As its stream has it now. Undefined where there is none, or where it is another organization's (I2). */
  async get(
    organization: { readonly projectId: string; readonly organizationId: string },
    joinRequestId: string,
  ): Promise<JoinRequestFound | undefined> {
    const id = { ...organization, id: joinRequestId };
    const folded = await foldDocument(this.dependencies, joinRequestsProjection, id);
    if (!folded) return undefined;
    const [found] = await this.withAddresses([folded.document]);
    return found;
  }

  private async withAddresses(
    documents: readonly JoinRequestDocument[],
  ): Promise<readonly JoinRequestFound[]> {
    const addresses = await this.addresses.at(documents.map(({ position }) => position));
    return documents.map((document, index) => ({ document, address: addresses[index] ?? null }));
  }
}
