import type { EntryFacts, MemberFacts, OrganizationFacts, RequestContext } from '@muster/contracts';
import {
  aggregateIdOf,
  categoryOf,
  type EventLog,
  LiveTable,
  type LiveTableOptions,
  type RecordedEvent,
} from '@muster/eventsourcing';
import { DomainError, UnavailableError } from '@muster/kernel';
import { lasting } from '@muster/nest-kit';
import { LRUCache } from 'lru-cache';
import type { CurrentFacts, Organizations } from '../application/ports.ts';
import type { FoundSession, ReadSession } from '../application/session-lookup.ts';
import type { ReadSigningKeys } from '../application/signing-keys.ts';
import type { SigningKeys } from '../domain/signing-key/key-schedule.ts';

const ORGANIZATIONS = 10_000;
const MEMBERS = 100_000;
const SESSIONS = 100_000;
/** There is one, with one stream of keys. */
const PROJECT = 'project';
const CATCH_UP_MILLISECONDS = 1_000;
/** So much later may another process's commit count here: far less than the second it has (E27). */
const HEAD_MILLISECONDS = 10;

/** A member's facts follow from the organization's too (implicit roles), so they hold at that revision only. */
type RememberedMember = { readonly member: MemberFacts; readonly organizationRevision: number };

/**
 * What `sessions/authenticate` needs to know, in memory, as long as it is known to be current (E27): a live table
 * follows the log and forgets what an event is about. Read only after the table has reached the log's head; where it
 * cannot, the owner is asked, and an unreachable log is an error, never an old answer.
 */
export class LiveFacts implements CurrentFacts {
  private readonly organizationFacts = new Remembered<OrganizationFacts>(ORGANIZATIONS);
  private readonly memberFacts = new Remembered<RememberedMember>(MEMBERS);
  private readonly sessions = new Remembered<FoundSession>(SESSIONS);
  private readonly keys = new Remembered<SigningKeys>(1);
  private table: LiveTable | undefined;

  constructor(
    private readonly log: EventLog,
    private readonly organizations: Pick<Organizations, 'entry'>,
    private readonly read: { readonly session: ReadSession; readonly signingKeys: ReadSigningKeys },
    private readonly options: LiveTableOptions & {
      /** Whatever else is remembered of people is to be forgotten now (R54). */
      readonly onErasure?: () => void;
    } = {},
  ) {}

  /** Follows the log from here on: what is remembered is read after this. */
  async start(): Promise<void> {
    this.table = new LiveTable(this.log, await this.head(), (events) => this.forget(events), this.options);
    for (const memory of [this.organizationFacts, this.memberFacts, this.sessions, this.keys]) memory.clear();
    this.table.start();
  }

  async stop(): Promise<void> {
    await this.table?.stop();
  }

  async of(
    { organizationId, memberId }: { readonly organizationId: string; readonly memberId: string },
    context: RequestContext,
  ): Promise<EntryFacts | undefined> {
    const memberKey = `${organizationId}/${memberId}`;
    if (this.isKnownCurrent() || (await this.isCurrent())) {
      const organization = this.organizationFacts.get(organizationId);
      const known = this.memberFacts.get(memberKey);
      if (organization && known?.organizationRevision === organization.revision)
        return { organization, member: known.member, domain: null };
    }
    const organization = this.organizationFacts.reading(organizationId);
    const known = this.memberFacts.reading(memberKey);
    try {
      const facts = await this.ask(organizationId, memberId, context);
      if (facts?.member?.memberId !== memberId || facts.organization.organizationId !== organizationId)
        return undefined;
      lasting(facts.organization.wire);
      lasting(facts.member.wire);
      organization.keep(facts.organization);
      known.keep({ member: facts.member, organizationRevision: facts.organization.revision });
      return facts;
    } finally {
      organization.end();
      known.end();
    }
  }

  /** A session as its stream tells it now. */
  readonly session: ReadSession = async (sessionId) => {
    const known = (this.isKnownCurrent() || (await this.isCurrent())) && this.sessions.get(sessionId);
    if (known) return known;
    const reading = this.sessions.reading(sessionId);
    try {
      const found = await this.read.session(sessionId);
      if (found) reading.keep(found);
      return found;
    } finally {
      reading.end();
    }
  };

  /** The project's keys as their stream tells them now: whether a JWT is believed is never a lagging answer. */
  readonly signingKeys: ReadSigningKeys = async () => {
    const known = (this.isKnownCurrent() || (await this.isCurrent())) && this.keys.get(PROJECT);
    if (known) return known;
    const reading = this.keys.reading(PROJECT);
    try {
      const keys = await this.read.signingKeys();
      reading.keep(keys);
      return keys;
    } finally {
      reading.end();
    }
  };

  private async ask(organization: string, memberId: string, context: RequestContext) {
    try {
      return await this.organizations.entry({ organization, memberId }, context);
    } catch (error) {
      if (error instanceof DomainError) return undefined;
      throw error;
    }
  }

  /**
   * What `isCurrent` would find, where that takes no waiting. It is asked several times in each call, and most calls come
   * when nothing was written: then the promises would cost more than all that is looked up.
   */
  private isKnownCurrent(): boolean {
    const head = this.log.recentHead(HEAD_MILLISECONDS);
    return head !== undefined && this.table !== undefined && this.table.holds(head);
  }

  /**
   * Whether memory holds all that this process acknowledged before this call, and other ones ten milliseconds before.
   * @throws UnavailableError without a log
   */
  private async isCurrent(): Promise<boolean> {
    const head = await this.head();
    if (!this.table) return false;
    return this.table.catchUp(head, CATCH_UP_MILLISECONDS).then(
      () => true,
      () => false,
    );
  }

  private async head(): Promise<number> {
    try {
      return await this.log.head({ within: HEAD_MILLISECONDS });
    } catch (cause) {
      throw new UnavailableError('event log', { cause });
    }
  }

  /** Sessions hold proven addresses. Erasures are rare, so all of them are read again. */
  private forgetPeople(): void {
    this.sessions.clear();
    this.options.onErasure?.();
  }

  private forget(events: readonly RecordedEvent[]): void {
    for (const { type, stream, organizationId } of events) {
      if (erasures.has(type)) this.forgetPeople();
      switch (categoryOf(stream)) {
        case 'session':
          this.sessions.forget(aggregateIdOf(stream));
          break;
        case 'signingKey':
          this.keys.forget(PROJECT);
          break;
        case 'member':
          this.memberFacts.forget(`${organizationId}/${aggregateIdOf(stream)}`);
          break;
        case 'organization':
        case 'stewards':
          this.organizationFacts.forget(organizationId!);
          break;
        default:
      }
    }
  }
}

/**
 * Of the organization's facts, those after which nothing of a person may be in memory. Between the two their key goes, so
 * what is read until the second may still be readable.
 */
const erasures: ReadonlySet<string> = new Set(['member.MemberErased', 'member.MemberErasureCompleted']);

/** One reading under way. `keep` takes in what was read, unless it was forgotten in the meantime. */
type Reading<V> = { readonly keep: (value: V) => void; readonly end: () => void };

/** A bounded memory that does not take in what was forgotten while it was being read. */
class Remembered<V extends object> {
  private readonly values: LRUCache<string, V>;
  private readonly readings = new Map<string, Set<Reading<V>>>();

  constructor(max: number) {
    this.values = new LRUCache({ max });
  }

  get(key: string): V | undefined {
    return this.values.get(key);
  }

  /** To be called before the reading begins, and ended whatever comes of it. */
  reading(key: string): Reading<V> {
    const all = this.readings.get(key) ?? new Set();
    const reading: Reading<V> = {
      keep: (value) => {
        if (all.has(reading)) this.values.set(key, value);
      },
      end: () => {
        all.delete(reading);
        if (all.size === 0 && this.readings.get(key) === all) this.readings.delete(key);
      },
    };
    this.readings.set(key, all.add(reading));
    return reading;
  }

  clear(): void {
    this.values.clear();
    for (const all of this.readings.values()) all.clear();
    this.readings.clear();
  }

  forget(key: string): void {
    this.values.delete(key);
    this.readings.get(key)?.clear();
    this.readings.delete(key);
  }
}
