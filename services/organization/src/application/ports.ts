import type {
  identityRequests,
  MemberCaller,
  PayloadOf,
  provisioningRequests,
  RbacPolicy,
  ReplyOf,
  RequestContext,
} from '@muster/contracts';
import type { CommandContext, CommandDependencies } from '@muster/eventsourcing';
import type { Clock, NewId } from '@muster/kernel';

/** What mail domains that belong to no organization look like: anybody gets an address there, for good or for a minute. */
export type PublicMailDomain = 'common' | 'disposable';

/** Tells public mail providers and disposable domains from those an organization can own. `domain` is canonical. */
export type PublicMailDomains = (domain: string) => PublicMailDomain | undefined;

/** What a company would call itself by its domain: `acme` of `mail.acme.co.uk`. `domain` is canonical. */
export type DomainLabel = (domain: string) => string;

/** TXT records by name. */
export interface Dns {
  /**
   * The texts at a name, each joined from its chunks; none where the name or the record does not exist.
   * @throws UnavailableError where the answer is not known (time-out, server failure)
   */
  texts(name: string): Promise<readonly string[]>;
}

/** A fresh, unguessable text that is published to prove control of a domain. */
export type NewChallenge = () => string;

/** What the organization half needs to know of stewards (R7, R8); the stewards stream is the member half's. */
export interface Stewardship {
  /** True once the organization has lost its last steward, until it is reclaimed. Reads the stream. */
  isOwnerless(organizationId: string): Promise<boolean>;
  /**
   * Gives `stytch_admin` to an active member with a proven address in `domain`, and tells them. The domain's proof is
   * the caller's business.
   * @throws DomainError organization_not_ownerless, member_not_found, member_has_no_active_verified_email
   */
  reclaim(
    wish: { readonly organizationId: string; readonly memberId: string; readonly domain: string },
    context: CommandContext,
  ): Promise<void>;
}

/** What the organization half asks of the members view. Deleted members do not count. */
export interface MemberDirectory {
  countMembers(organizationId: string): Promise<number>;
  countAllMembers(): Promise<number>;
  /** Ids of the organizations that have a member with one of these addresses. */
  organizationsWithEmail(addresses: readonly string[]): Promise<readonly string[]>;
  /** Ids of the organizations that have a member whose address contains the text, case-insensitively. */
  organizationsWithEmailLike(text: string): Promise<readonly string[]>;
}

/** What everything about members works with. */
export type MemberDependencies = CommandDependencies & {
  readonly projectId: string;
  readonly clock: Clock;
  readonly newId: NewId;
  /** The project's roles: nobody can be given another one. */
  readonly rbac: Pick<RbacPolicy, 'roles'>;
};

/** The member whose session a call was made with. */
export type ActingMember = Pick<MemberCaller, 'memberId' | 'roles'>;

/** What the member half asks of the identity service. */
export interface Identity {
  readonly sendEmailUpdate: Asks<typeof identityRequests.sendEmailUpdate>;
  readonly notify: Asks<typeof identityRequests.notify>;
}

/** What erasing a member asks of those who keep something of them under other ids than the member's (R54). */
export interface Forgetters {
  readonly eraseApplicants: Asks<typeof provisioningRequests.eraseApplicants>;
  readonly forgetMember: Asks<typeof identityRequests.forgetMember>;
}

/**
 * Has every copy of the members view, and every file that holds one, forget whom the event at that position erased.
 * @throws UnavailableError while a copy is not there yet
 */
export type PurgeMembers = (position: number) => Promise<void>;

type Asks<Definition> = (
  payload: PayloadOf<Definition>,
  context: RequestContext,
) => Promise<ReplyOf<Definition>>;
