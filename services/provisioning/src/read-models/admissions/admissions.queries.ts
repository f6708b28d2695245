import type { View } from '@muster/eventsourcing';
import type { Addresses } from '../addresses.ts';
import { idBefore, type Page, pageOf, type PageRequest } from '../page.ts';
import type { AdmissionDocument, AdmissionOutcome } from './admissions.projection.ts';

export type AdmissionFound = { readonly document: AdmissionDocument; readonly address: string | null };

export type AdmissionSearch = PageRequest & {
  readonly organizationId: string;
  readonly outcome?: AdmissionOutcome;
  readonly ruleId?: string;
};

const AT_ONCE = 100;

/** Nobody became a member, or will, by a decision that refused, referred or came to nothing. */
const isFruitless = ({ outcome, withdrawnBecause }: AdmissionDocument): boolean =>
  outcome !== 'admitted' || withdrawnBecause !== null;

/** Asks what was decided, and what is still to be brought to its end. */
export class AdmissionQueries {
  constructor(
    private readonly view: Pick<View<AdmissionDocument>, 'find' | 'get' | 'count'>,
    private readonly addresses: Addresses,
  ) {}

  /** Oldest first. @throws DomainError invalid_cursor */
  async list({
    organizationId,
    outcome,
    ruleId,
    cursor,
    limit,
  }: AdmissionSearch): Promise<Page<AdmissionFound>> {
    const where = [
      { field: 'organization', anyOf: [organizationId] },
      ...(outcome === undefined ? [] : [{ field: 'outcome', anyOf: [outcome] }]),
      ...(ruleId === undefined ? [] : [{ field: 'rule', anyOf: [ruleId] }]),
    ];
    const after = cursor === undefined ? {} : { after: idBefore('admission', cursor) };
    const found = await this.view.find({ where, ...after, limit: limit + 1 });
    const page = pageOf(found, limit, await this.view.count(where));
    return { ...page, items: await this.withAddresses(page.items) };
  }

  /** Undefined where there is none, or where it is another organization's (I2). */
  async get(organizationId: string, admissionId: string): Promise<AdmissionFound | undefined> {
    const document = await this.view.get(admissionId);
    if (document?.organizationId !== organizationId) return undefined;
    const [found] = await this.withAddresses([document]);
    return found;
  }

  /** Grants whose end is not known, oldest first, in pages. */
  async *open(): AsyncGenerator<readonly AdmissionDocument[]> {
    let after: string | undefined;
    for (;;) {
      const where = [{ field: 'open', anyOf: ['yes'] }];
      const page = await this.view.find({
        where,
        limit: AT_ONCE,
        ...(after === undefined ? {} : { after }),
      });
      if (page.length > 0) yield page.map(({ document }) => document);
      if (page.length < AT_ONCE) return;
      after = page.at(-1)!.id;
    }
  }

  /** Decisions on people of an organization that let nobody in, in pages. */
  async *fruitless(organizationId: string): AsyncGenerator<readonly AdmissionDocument[]> {
    const where = [{ field: 'organization', anyOf: [organizationId] }];
    for (let after: string | undefined; ;) {
      const cursor = after === undefined ? {} : { after };
      const page = await this.view.find({ where, limit: AT_ONCE, ...cursor });
      yield page.map(({ document }) => document).filter(isFruitless);
      if (page.length < AT_ONCE) return;
      after = page.at(-1)!.id;
    }
  }

  private async withAddresses(documents: readonly AdmissionDocument[]): Promise<readonly AdmissionFound[]> {
    const addresses = await this.addresses.at(documents.map(({ position }) => position));
    return documents.map((document, index) => ({ document, address: addresses[index] ?? null }));
  }
}
