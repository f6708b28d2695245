import type {
  Applicant,
  Door,
  DoorSetting,
  EmailDomainState,
  EntryFacts,
  JitRule,
  MemberStatus,
} from '@muster/contracts';
import { DomainError, type EmailAddress, type Instant, parseEmailAddress } from '@muster/kernel';

/** How the person came: by logging in at the organization, or by choosing it in discovery. */
export type Through = 'organization' | 'discovery';

/** Whose mail a domain carries. Anybody gets an address in a public or disposable one, so it says nothing (R33). */
export type MailDomainKind = 'own' | 'public' | 'disposable';

/** A steward, or the application's backend, approved the person's join request. */
export type Approval = { readonly joinRequestId: string; readonly decidedBy: string };

/**
 * All that a decision rests on. It is recorded with the decision, so that it can be explained and decided again without
 * asking anybody (R36); so of the address it holds the domain, and nothing else personal.
 */
export type AdmissionInputs = {
  readonly at: Instant;
  readonly through: Through;
  readonly applicant: {
    readonly emailDomain: string;
    readonly proof: Applicant['proof'];
    readonly connection: { readonly connectionId: string; readonly active: boolean } | null;
  };
  readonly organization: {
    readonly revision: number;
    readonly ownerless: boolean;
    readonly emailInvites: DoorSetting;
    readonly rulesVersion: number;
    readonly rules: readonly JitRule[];
  };
  readonly member: {
    readonly memberId: string;
    readonly status: MemberStatus;
    readonly door: Door;
    readonly expiresAt: Instant | null;
    readonly hasProvenAddress: boolean;
  } | null;
  readonly domain: {
    readonly kind: MailDomainKind;
    /** What the organization says of the applicant's domain; null: nothing. */
    readonly state: EmailDomainState | null;
    readonly claimedElsewhere: boolean;
    readonly provenColleague: boolean;
  };
  readonly approval: Approval | null;
  /** How many members the rule that matches has admitted so far; 0 where none matches. */
  readonly admitted: number;
};

/** The inputs that are gathered before; time and count come with the command and from the rule's own stream. */
export type AdmissionFacts = Omit<AdmissionInputs, 'at' | 'admitted'>;

export type Question = {
  readonly applicant: Applicant;
  readonly through: Through;
  readonly entry: EntryFacts;
  readonly mailDomainKind: (domain: string) => MailDomainKind;
  readonly approval?: Approval;
};

/** The applicant's address in its one canonical form; anything that is read in two ways is no address (S21). */
export const canonicalAddress = (text: string): EmailAddress => {
  const address = parseEmailAddress(text);
  if (!address) throw new DomainError('invalid_email', { pointer: '/email_address' });
  return address;
};

/**
 * What a question about one person and one organization comes down to.
 * @throws DomainError `invalid_email`; an Error where the facts are not about the applicant's domain: nothing may be
 *   decided on them
 */
export const admissionFacts = ({
  applicant,
  through,
  entry,
  mailDomainKind,
  approval,
}: Question): AdmissionFacts => {
  const { address, domain } = canonicalAddress(applicant.address);
  if (entry.domain?.domain !== domain) throw new Error('entry facts without those of the applicant’s domain');
  const { organization, member } = entry;
  return {
    through,
    applicant: {
      emailDomain: domain,
      proof: applicant.proof,
      connection: connectionFacts(applicant.connectionId, entry),
    },
    organization: {
      revision: organization.revision,
      ownerless: organization.ownerless,
      emailInvites: organization.emailInvites,
      rulesVersion: organization.jitRulesVersion,
      rules: organization.jitRules,
    },
    member: member && {
      memberId: member.memberId,
      status: member.status,
      door: member.door,
      expiresAt: member.expiresAt,
      hasProvenAddress: member.address === address,
    },
    domain: {
      kind: mailDomainKind(domain),
      state: organization.emailDomains.find((held) => held.domain === domain)?.state ?? null,
      claimedElsewhere: entry.domain.claimedElsewhere,
      provenColleague: entry.domain.provenColleague,
    },
    approval: approval ?? null,
  };
};

const connectionFacts = (connectionId: string | null, { organization }: EntryFacts) =>
  connectionId === null
    ? null
    : {
        connectionId,
        active: organization.wire.sso_active_connections.some(
          (connection) => connection['connection_id'] === connectionId,
        ),
      };
