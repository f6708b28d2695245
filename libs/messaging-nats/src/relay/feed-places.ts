import type { BusPlace, PublicEvent } from '@muster/contracts';
import type { EventBus } from './event-bus.ts';

const MOST_ORGANIZATIONS = 50_000;

/**
 * Where each event stands in its feed: which event of the project, and which of its organization, came before it. What
 * was said of organizations is kept for those that spoke last; of others the bus is asked.
 */
export class FeedPlaces {
  private readonly organizations = new Map<string, number>();
  private newest: number;
  /** Every event since the beginning is in `organizations`, so who is not there did not speak since. */
  private isWhole: boolean;
  private readonly most: number;

  constructor(
    private readonly bus: Pick<EventBus, 'lastOf'>,
    private readonly logId: string,
    private readonly beginning: number,
    options: { readonly isFirst: boolean; readonly mostOrganizations?: number },
  ) {
    this.newest = beginning;
    this.isWhole = options.isFirst;
    this.most = options.mostOrganizations ?? MOST_ORGANIZATIONS;
  }

  /** The position of the last public event, or where this relay began. */
  get previous(): number {
    return this.newest;
  }

  /** The places of events that follow. Each counts as published from now on. @throws UnavailableError */
  async of(events: readonly PublicEvent[]): Promise<readonly BusPlace[]> {
    const asked = await this.lookedUp(events);
    return events.map((event) => this.placeOf(event, asked));
  }

  private async lookedUp(events: readonly PublicEvent[]): Promise<ReadonlyMap<string, number | undefined>> {
    if (this.isWhole) return new Map();
    const named = events.flatMap(({ organizationid }) => organizationid ?? []);
    const unknown = [...new Set(named)].filter((organizationId) => !this.organizations.has(organizationId));
    return new Map(await Promise.all(unknown.map(async (id) => [id, await this.bus.lastOf(id)] as const)));
  }

  private placeOf(event: PublicEvent, asked: ReadonlyMap<string, number | undefined>): BusPlace {
    const position = Number(event.position);
    const place = { logId: this.logId, position, previous: this.newest };
    this.newest = position;
    const { organizationid: organizationId } = event;
    if (organizationId === undefined) return place;
    const before =
      this.organizations.get(organizationId) ??
      asked.get(organizationId) ??
      (this.isWhole ? this.beginning : undefined);
    this.keep(organizationId, position);
    return before === undefined ? place : { ...place, organizationPrevious: before };
  }

  private keep(organizationId: string, position: number): void {
    this.organizations.delete(organizationId);
    this.organizations.set(organizationId, position);
    if (this.organizations.size <= this.most) return;
    const [oldest] = this.organizations.keys();
    this.organizations.delete(oldest!);
    this.isWhole = false;
  }
}
