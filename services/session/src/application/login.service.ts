import type { EntryFacts, RedeemedProof, WireErrorType } from '@muster/contracts';
import { DomainError, parseEmailAddress } from '@muster/kernel';
import { gapOf, memberAsEntrant } from '../domain/gap.ts';
import { type LedgerEntry, provenAddress } from '../domain/ledger.ts';
import type { LoginOutcome } from '../domain/login/login.events.ts';
import type { EntranceService } from './entrance.service.ts';
import type { EntryAnswer, EntryAnswers, Entered } from './entry-answers.ts';
import type { IntermediateSessions, OpenBag } from './intermediate-sessions.ts';
import type { LiveSessions } from './live-sessions.ts';
import type { LoginFlows } from './login-flows.ts';
import type { MintFunnel } from './mint-funnel.ts';
import type { Call, Organizations, Proofs } from './ports.ts';
import type { FoundSession, SessionLookup } from './session-lookup.ts';
import { atMostOne, type Carried, checkWishes, type SessionWishes } from './session-wishes.ts';
import { stepOf } from './steps.ts';

export type LoginRequest = SessionWishes & { readonly carried: Carried };

/** `method_id`: the address's id, as the member's organization knows it. */
export type LoginAnswer = EntryAnswer & { readonly method_id: string };

type Parts = {
  readonly flows: LoginFlows;
  readonly proofs: Proofs;
  readonly organizations: Pick<Organizations, 'entry'>;
  readonly entrance: EntranceService;
  readonly funnel: MintFunnel;
  readonly bags: IntermediateSessions;
  readonly lookup: SessionLookup;
  readonly sessions: LiveSessions;
  readonly answers: EntryAnswers;
};

type Held = { readonly bag: OpenBag | null; readonly session: FoundSession | null };
type Method = 'magic_link' | 'email_otp';
type Redeem = (flowId: string) => Promise<RedeemedProof>;

/** What a proof says that is not good here (R20: for whatever reason). */
const BAD_PROOF = {
  magic_link: 'unable_to_auth_magic_link',
  email_otp: 'unable_to_auth_otp_code',
} as const satisfies Record<Method, WireErrorType>;

/** Logging in at an organization, with a proof that was sent for it. */
export class LoginService {
  constructor(private readonly parts: Parts) {}

  async authenticateEmailLink(
    call: Call,
    link: { readonly token: string; readonly codeVerifier: string | null },
    request: LoginRequest,
  ): Promise<LoginAnswer> {
    const { flows, proofs } = this.parts;
    const redeem: Redeem = (flowId) =>
      proofs.redeemEmailLink({ flowId, scope: 'organization', ...link }, call.context);
    return this.logIn(call, flows.flowIdOf(call, link), 'magic_link', redeem, request);
  }

  async authenticateEmailCode(
    call: Call,
    given: { readonly organization: string; readonly address: string; readonly code: string },
    request: LoginRequest,
  ): Promise<LoginAnswer> {
    const { flows, proofs, organizations } = this.parts;
    const address = parseEmailAddress(given.address)?.address;
    if (!address) throw new DomainError<WireErrorType>('invalid_email', { pointer: '/email_address' });
    const { organization } = await organizations.entry({ organization: given.organization }, call.context);
    const { organizationId } = organization;
    const redeem: Redeem = (flowId) =>
      proofs.redeemEmailCode({ flowId, organizationId, address, code: given.code }, call.context);
    return this.logIn(call, flows.flowIdOf(call), 'email_otp', redeem, request);
  }

  private async logIn(
    call: Call,
    flowId: string,
    method: Method,
    redeem: Redeem,
    request: LoginRequest,
  ): Promise<LoginAnswer> {
    atMostOne(request.carried);
    checkWishes(request);
    return this.parts.flows.run(
      call,
      flowId,
      { method, scope: 'organization' },
      {
        again: (outcome) => this.answerAgain(outcome, call),
        first: async () => {
          const held = await this.held(request.carried, call);
          const proof = await redeem(flowId);
          return this.enter(call, flowId, proof, held, request);
        },
      },
    );
  }

  /** What the caller brought, checked before the proof is used up. */
  private async held({ intermediateSessionToken, ...session }: Carried, call: Call): Promise<Held> {
    const { bags, lookup, sessions } = this.parts;
    const { at } = call;
    if (intermediateSessionToken !== null)
      return { bag: await bags.find(intermediateSessionToken, at), session: null };
    if (session.sessionToken === null && session.sessionJwt === null) return { bag: null, session: null };
    const found = await lookup.find(session);
    await sessions.requireMendable(found, call.context, at);
    return { bag: null, session: found };
  }

  private async enter(
    call: Call,
    flowId: string,
    proof: RedeemedProof,
    held: Held,
    { durationMinutes, customClaims }: LoginRequest,
  ): Promise<LoginAnswer> {
    const { funnel, entrance, bags, answers, sessions } = this.parts;
    const { facts, entry, address } = await this.provenHere(proof, call);
    const { organizationId } = facts.organization;
    const memberId = await entrance.enter({ flowId, facts, address, through: 'organization' }, call);

    // A bag or a session of somebody else is no error, and no help either.
    const bag = held.bag && provenAddress(held.bag.ledger) === address ? held.bag : null;
    const own = held.session?.session.memberId === memberId ? held.session : null;
    const outcome = await funnel.mint(
      {
        organizationId,
        memberId,
        cause: 'login',
        proofs: [entry],
        intermediateSessionId: bag?.intermediateSessionId ?? null,
        continued: own && { sessionId: own.sessionId, activeAt: sessions.activeAt(own) },
        loginId: flowId,
        durationMinutes,
        customClaims,
      },
      stepOf(call.command, flowId, 'mint'),
      call.context,
    );
    if (outcome.minted) return this.entered(outcome.sessionId, call);
    const login = { loginId: flowId, organizationId, memberId };
    const kept = await bags.keep(
      { proofs: [entry], bag, organizationIdHint: organizationId, login },
      stepOf(call.command, flowId, 'intermediate-session'),
    );
    return withMethodId(answers.notYet(outcome.gap, outcome.facts, kept));
  }

  /** The facts that the proof was sent under, and the proof with their epochs. A raised epoch: the proof is dead (R16). */
  private async provenHere(proof: RedeemedProof, { context }: Call) {
    const { factor, organizationId, memberId } = proof;
    const { subject } = factor;
    const dead = () => new DomainError<WireErrorType>(BAD_PROOF[factor.method]);
    if (organizationId === null || subject.kind !== 'email') throw dead();
    const { address } = subject;
    const who = memberId === null ? { address } : { memberId };
    const facts = await this.parts.organizations.entry({ organization: organizationId, ...who }, context);
    const { organization, member } = facts;
    if (proof.organizationEpoch !== null && proof.organizationEpoch !== organization.epoch) throw dead();
    if (memberId !== null && (!member || proof.memberEpoch !== member.epoch)) throw dead();
    const entry: LedgerEntry = { factor, provenFor: member && provenFor(organization, member) };
    return { facts, entry, address };
  }

  private async answerAgain(outcome: LoginOutcome, call: Call): Promise<LoginAnswer> {
    const { bags, answers, organizations } = this.parts;
    const { at } = call;
    if (outcome.kind === 'session') return this.entered(outcome.sessionId, call);
    const bag = await bags.byId(outcome.intermediateSessionId, at);
    const facts = await organizations.entry(
      { organization: outcome.organizationId!, memberId: outcome.memberId! },
      call.context,
    );
    if (!facts.member) throw new DomainError<WireErrorType>('member_does_not_exist_in_organization');
    const { organization } = facts;
    const gap = gapOf({ ledger: bag.ledger, organization, entrant: memberAsEntrant(facts.member), at });
    return withMethodId(answers.notYet(gap, facts, bag));
  }

  private async entered(sessionId: string, { context, at }: Call): Promise<LoginAnswer> {
    return withMethodId(await this.parts.answers.entered(sessionId, context, at));
  }
}

const provenFor = (
  { organizationId, epoch: organizationEpoch }: EntryFacts['organization'],
  { memberId, epoch: memberEpoch }: NonNullable<EntryFacts['member']>,
) => ({ organizationId, organizationEpoch, memberId, memberEpoch });

const withMethodId = ({ answer, emailId }: Entered): LoginAnswer => ({ ...answer, method_id: emailId });
