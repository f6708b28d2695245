import type {
  AdmissionPreview,
  EntryFacts,
  JitMode,
  RedeemedProof,
  WireDiscoveredOrganization,
  WireErrorType,
} from '@muster/contracts';
import { DomainError, type Instant, parseEmailAddress } from '@muster/kernel';
import { gapOf, isClosed, memberAsEntrant, strangerAsEntrant } from '../domain/gap.ts';
import { isOfMemberEpoch, isOfOrganizationEpoch, type Ledger, provenAddress } from '../domain/ledger.ts';
import type { IntermediateSessions, OpenBag } from './intermediate-sessions.ts';
import type { LiveSessions } from './live-sessions.ts';
import type { LoginFlows } from './login-flows.ts';
import type { Admissions, Call, Organizations, Proofs } from './ports.ts';
import { oneOf, type SessionLookup } from './session-lookup.ts';
import type { Carried } from './session-wishes.ts';
import { stepOf } from './steps.ts';

export type DiscoveryAnswer = {
  readonly email_address: string;
  readonly discovered_organizations: readonly WireDiscoveredOrganization[];
};
export type DiscoveryLoginAnswer = DiscoveryAnswer & {
  readonly intermediate_session_token: string;
  readonly intermediate_session_token_expires_at: Instant;
};

type Parts = {
  readonly flows: LoginFlows;
  readonly proofs: Proofs;
  readonly organizations: Pick<Organizations, 'discover'>;
  readonly admissions: Pick<Admissions, 'preview'>;
  readonly bags: IntermediateSessions;
  readonly lookup: SessionLookup;
  readonly sessions: LiveSessions;
};

type Method = 'magic_link' | 'email_otp';

/** Where may this person go? Asked with a proven address and nothing else (R2). */
export class DiscoveryService {
  constructor(private readonly parts: Parts) {}

  async authenticateEmailLink(
    call: Call,
    link: { readonly token: string; readonly codeVerifier: string | null },
  ): Promise<DiscoveryLoginAnswer> {
    const { flows, proofs } = this.parts;
    return this.logIn(call, flows.flowIdOf(call, link), 'magic_link', (flowId) =>
      proofs.redeemEmailLink({ flowId, scope: 'discovery', ...link }, call.context),
    );
  }

  async authenticateEmailCode(
    call: Call,
    given: { readonly address: string; readonly code: string },
  ): Promise<DiscoveryLoginAnswer> {
    const { flows, proofs } = this.parts;
    const address = parseEmailAddress(given.address)?.address;
    if (!address) throw new DomainError<WireErrorType>('invalid_email', { pointer: '/email_address' });
    return this.logIn(call, flows.flowIdOf(call), 'email_otp', (flowId) =>
      proofs.redeemEmailCode({ flowId, organizationId: null, address, code: given.code }, call.context),
    );
  }

  /** Lists; uses nothing up. With a session: memberships only, since it cannot join by a rule (R36). */
  async list(
    call: Call,
    { intermediateSessionToken, ...session }: Carried,
  ): Promise<DiscoveryAnswer & { readonly organization_id_hint: string | null }> {
    oneOf([intermediateSessionToken, session.sessionToken, session.sessionJwt]);
    const { bags, lookup, sessions } = this.parts;
    const { context, at } = call;
    if (intermediateSessionToken !== null) {
      const bag = await bags.find(intermediateSessionToken, at);
      const discovered = await this.discovered(call, bag.ledger, true);
      return { ...discovered, organization_id_hint: bag.organizationIdHint };
    }
    const live = await sessions.require(await lookup.find(session), context, at);
    const discovered = await this.discovered(call, live.session.ledger, false);
    return { ...discovered, organization_id_hint: null };
  }

  private logIn(
    call: Call,
    flowId: string,
    method: Method,
    redeem: (flowId: string) => Promise<RedeemedProof>,
  ): Promise<DiscoveryLoginAnswer> {
    const { flows, bags } = this.parts;
    return flows.run(
      call,
      flowId,
      { method, scope: 'discovery' },
      {
        again: async (outcome) => {
          if (outcome.kind !== 'intermediate_session') throw new Error('discovery never mints');
          return this.answer(call, await bags.byId(outcome.intermediateSessionId, call.at));
        },
        first: async () => {
          const { factor } = await redeem(flowId);
          const bag = await bags.keep(
            {
              proofs: [{ factor, provenFor: null }],
              bag: null,
              organizationIdHint: null,
              login: { loginId: flowId, organizationId: null, memberId: null },
            },
            stepOf(call.command, flowId, 'intermediate-session'),
          );
          return this.answer(call, bag);
        },
      },
    );
  }

  private async answer(call: Call, bag: OpenBag): Promise<DiscoveryLoginAnswer> {
    return {
      ...(await this.discovered(call, bag.ledger, true)),
      intermediate_session_token: this.parts.bags.tokenOf(bag),
      intermediate_session_token_expires_at: bag.expiresAt,
    };
  }

  private async discovered(
    { context, at }: Call,
    ledger: Ledger,
    includeEligible: boolean,
  ): Promise<DiscoveryAnswer> {
    const address = provenAddress(ledger);
    if (address === undefined) throw new DomainError<WireErrorType>('insufficient_factors');
    const { organizations, admissions } = this.parts;
    const { entries } = await organizations.discover({ address, includeEligible }, context);
    const members = entries.filter((entry) => membershipOf(entry, at) !== undefined);
    const others = entries.filter((entry) => membershipOf(entry, at) === undefined);
    const applicant = { address, proof: 'proven', connectionId: null } as const;
    const { previews } =
      includeEligible && others.length > 0
        ? await admissions.preview({ applicant, through: 'discovery', entries: others }, context)
        : { previews: [] };
    return {
      email_address: address,
      discovered_organizations: [
        ...members.map((entry) => listed(entry, membershipOf(entry, at)!, { ledger, address, at })),
        ...others.flatMap((entry, index) => {
          const eligibility = eligibilityOf(previews[index]);
          return eligibility
            ? [listed({ ...entry, member: null }, eligibility, { ledger, address, at })]
            : [];
        }),
      ],
    };
  }
}

type Membership = WireDiscoveredOrganization['membership'];

/** A membership that stands: not deleted, and not past its end. */
const membershipOf = ({ member }: EntryFacts, at: Instant): Membership | undefined => {
  if (!member || member.status === 'deleted') return undefined;
  if (member.expiresAt !== null && at >= member.expiresAt) return undefined;
  return { type: `${member.status}_member`, details: null, member: member.wire };
};

/** Offered, never done: joining is the person's own step (R32). `mode`: whether somebody has to agree. */
const eligibilityOf = (preview: AdmissionPreview | undefined): Membership | undefined => {
  if (preview?.outcome !== 'eligible') return undefined;
  const { domain, mode }: { domain: string; mode: Exclude<JitMode, 'off'> } = preview;
  return { type: 'eligible_to_join_by_email_domain', details: { domain, mode }, member: null };
};

const listed = (
  { organization, member }: EntryFacts,
  membership: Membership,
  { ledger, address, at }: { ledger: Ledger; address: string; at: Instant },
): WireDiscoveredOrganization => {
  const entrant = member ? memberAsEntrant(member) : strangerAsEntrant(address);
  const alive = ledger
    .filter((entry) => isOfOrganizationEpoch(entry, organization))
    .filter((entry) => !member || isOfMemberEpoch(entry, organization, member));
  const gap = gapOf({ ledger: alive, organization, entrant, at });
  return {
    organization: organization.wire,
    membership,
    ...gap,
    member_authenticated: isClosed(gap),
    ownerless: organization.ownerless,
  };
};
