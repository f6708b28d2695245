import type { Factor } from '@muster/contracts';
import type { LookupHash } from '@muster/eventsourcing';
import { formatId, type IdType, instantAt } from '@muster/kernel';
import { addressHash } from '../../services/identity/src/application/email-code-id.ts';
import { attemptsAggregate } from '../../services/identity/src/domain/attempts/attempts.decider.ts';
import { emailCodeAggregate } from '../../services/identity/src/domain/email-code/email-code.decider.ts';
import { memberAggregate } from '../../services/organization/src/domain/member/member.aggregate.ts';
import { organizationAggregate } from '../../services/organization/src/domain/organization/organization.aggregate.ts';
import { stewardsAggregate } from '../../services/organization/src/domain/stewards/stewards.aggregate.ts';
import { admissions } from '../../services/provisioning/src/domain/admission/admission.decider.ts';
import { sessionAggregate } from '../../services/session/src/domain/session/session.decider.ts';
import type { HistoryWriter } from './history-writer.ts';
import type { Random } from './random.ts';
import type { Timeline } from './timeline.ts';
import { Step, Told } from './told.ts';

const organizationOf = (id: Told<never, never, never>['id']) => new Told(organizationAggregate, id);
const stewardsOf = (id: Told<never, never, never>['id']) => new Told(stewardsAggregate, id);
const memberOf = (id: Told<never, never, never>['id']) => new Told(memberAggregate, id);
const sessionOf = (id: Told<never, never, never>['id']) => new Told(sessionAggregate, id);
const emailCodeOf = (id: Told<never, never, never>['id']) => new Told(emailCodeAggregate, id);
const attemptsOf = (id: Told<never, never, never>['id']) => new Told(attemptsAggregate, id);
const admissionsOf = (id: Told<never, never, never>['id']) => new Told(admissions, id);

export type ToldMember = ReturnType<typeof memberOf>;
export type ToldSession = ReturnType<typeof sessionOf>;
export type ToldEmailCode = ReturnType<typeof emailCodeOf>;

/** A member, and what else the log holds about them. */
export type Person = {
  readonly member: ToldMember;
  readonly attempts: ReturnType<typeof attemptsOf>;
  code: ToldEmailCode | undefined;
};

/** An organization with all its streams. */
export type Company = {
  readonly organizationId: string;
  readonly organization: ReturnType<typeof organizationOf>;
  readonly stewards: ReturnType<typeof stewardsOf>;
  readonly domain: string;
  /** How many members it is going to have. */
  readonly size: number;
  readonly people: Person[];
  readonly sessions: ToldSession[];
  /** The streams of admissions, by what they are about. */
  readonly doors: Map<string, ReturnType<typeof admissionsOf>>;
};

const OPEN_SESSIONS = 200;

/** Everything that stories are made of. Deterministic: all chance comes from one seed, all time from the timeline. */
export class World {
  readonly companies: Company[] = [];
  /** The codes that discovery sent, by address. */
  private readonly discoveryCodes = new Map<string, ToldEmailCode>();
  private named = 0;

  constructor(
    readonly projectId: string,
    readonly random: Random,
    readonly timeline: Timeline,
    readonly lookupHash: LookupHash,
    private readonly writer: HistoryWriter,
  ) {}

  get backend(): string {
    return `project:${this.projectId}`;
  }

  nextNumber(): number {
    return ++this.named;
  }

  newId(type: IdType, at: number): string {
    return formatId(type, 'test', this.random.uuidAt(at));
  }

  /** One commit: decided at once, written when the round is full. */
  step(at: number, actor: string, doing: string, decide: (step: Step) => void): void {
    const step = new Step(instantAt(at), actor, doing);
    decide(step);
    this.writer.tell(step, this.random.uuidAt(at));
  }

  newCompany(organizationId: string, domain: string, size: number): Company {
    const id = { projectId: this.projectId, organizationId, id: organizationId };
    const company: Company = {
      organizationId,
      organization: organizationOf(id),
      stewards: stewardsOf(id),
      domain,
      size,
      people: [],
      sessions: [],
      doors: new Map(),
    };
    this.companies.push(company);
    return company;
  }

  newPerson({ organizationId }: Pick<Company, 'organizationId'>, memberId: string): Person {
    const id = { projectId: this.projectId, organizationId, id: memberId };
    return { member: memberOf(id), attempts: attemptsOf(id), code: undefined };
  }

  codesInDiscovery(address: string): ToldEmailCode {
    const known = this.discoveryCodes.get(address);
    if (known) return known;
    const made = this.codes(null, address);
    this.discoveryCodes.set(address, made);
    return made;
  }

  /** A stream that has not been told of yet: the codes of an address, in an organization or in discovery. */
  codes(organizationId: string | null, address: string): ToldEmailCode {
    const place = { projectId: this.projectId, organizationId, address };
    const hash = addressHash(this.lookupHash, place);
    return emailCodeOf({
      projectId: this.projectId,
      organizationId,
      id: `${organizationId ?? '_'}.${hash}`,
    });
  }

  newSession({ organizationId }: Company, at: number): ToldSession {
    return sessionOf({ projectId: this.projectId, organizationId, id: this.newId('session', at) });
  }

  /** Stories go on in some sessions; the others just run out. */
  remember({ sessions }: Company, session: ToldSession): void {
    if (sessions.length < OPEN_SESSIONS) sessions.push(session);
    else sessions[this.random.integer(OPEN_SESSIONS)] = session;
  }

  door(company: Company, id: string): ReturnType<typeof admissionsOf> {
    const known = company.doors.get(id);
    if (known) return known;
    const made = admissionsOf({ projectId: this.projectId, organizationId: company.organizationId, id });
    // A stranger's refusal has a stream of its own, to which nothing is ever added.
    if (!id.includes('.none.')) company.doors.set(id, made);
    return made;
  }
}

/** What a code or a link proves, as the identity service says it. */
export const factorOf = (
  method: Factor['method'],
  { address, emailId }: { readonly address: string; readonly emailId: string },
  provenAt: string,
): Factor => ({
  method,
  order: 'PRIMARY',
  subject: { kind: 'email', address, emailId },
  trust: { kind: 'anywhere' },
  firstProvenAt: provenAt,
  lastProvenAt: provenAt,
});
