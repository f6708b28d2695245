import { stepId } from '@muster/eventsourcing';
import type { WireErrorType } from '@muster/contracts';
import { DomainError, type Instant, type JsonObject, plusMinutes } from '@muster/kernel';
import { INTERMEDIATE_SESSION_MINUTES } from '../domain/intermediate-session/intermediate-session.decider.ts';
import { type Ledger, provenAddress, transferable } from '../domain/ledger.ts';
import type { EntranceService } from './entrance.service.ts';
import type { EntryAnswer, EntryAnswers } from './entry-answers.ts';
import type { IntermediateSessions, OpenBag } from './intermediate-sessions.ts';
import type { MintRequest } from './mint/mint-attempt.ts';
import type { MintFunnel } from './mint-funnel.ts';
import type { Call, Organizations, SessionDependencies } from './ports.ts';
import { checkWishes, type SessionWishes } from './session-wishes.ts';
import { derivedId, stepOf } from './steps.ts';

type Parts = {
  readonly dependencies: Pick<SessionDependencies, 'projectId'>;
  readonly organizations: Pick<Organizations, 'entry' | 'createWithMember'>;
  readonly entrance: EntranceService;
  readonly funnel: MintFunnel;
  readonly bags: IntermediateSessions;
  readonly answers: EntryAnswers;
};

type Target = { readonly organizationId: string; readonly memberId: string };

/** From discovery into an organization: one that exists, or a new one. The bag is used up by a session only. */
export class DiscoveryEntryService {
  constructor(private readonly parts: Parts) {}

  /** Enters an organization, as the member one is or by a rule that lets one in. */
  async exchange(
    call: Call,
    given: SessionWishes & { readonly intermediateSessionToken: string; readonly organization: string },
  ): Promise<EntryAnswer> {
    checkWishes(given);
    const again = await this.again(call);
    if (again) return again;
    const { bags, organizations, entrance, dependencies } = this.parts;
    const bag = await bags.find(given.intermediateSessionToken, call.at);
    const address = addressOf(bag);
    const facts = await organizations.entry({ organization: given.organization, address }, call.context);
    const { organizationId } = facts.organization;
    // The flow is this bag knocking at this organization, so that fifty calls at once are one admission (R18).
    const { intermediateSessionId } = bag;
    const flowId = derivedId(
      'login',
      dependencies.projectId,
      'exchange',
      intermediateSessionId,
      organizationId,
    );
    const memberId = await entrance.enter({ flowId, facts, address, through: 'discovery' }, call);
    return this.mint(call, bag, { organizationId, memberId }, given);
  }

  /** Founds an organization (R6); whoever founds it is its first member and steward. */
  async create(
    call: Call,
    given: SessionWishes & { readonly intermediateSessionToken: string; readonly settings: JsonObject },
  ): Promise<EntryAnswer> {
    checkWishes(given);
    const again = await this.again(call);
    if (again) return again;
    const { bags, organizations } = this.parts;
    const { at } = call;
    const bag = await bags.find(given.intermediateSessionToken, at);
    const address = addressOf(bag);
    if (!isFresh(bag.ledger, at)) throw new DomainError<WireErrorType>('email_verification_required');
    // One bag founds one organization, however often the call is repeated.
    const commandId = stepId(bag.intermediateSessionId, 'create-organization');
    const { settings } = given;
    const created = await organizations.createWithMember({ commandId, address, settings }, call.context);
    return this.mint(call, bag, created, given);
  }

  private async mint(
    call: Call,
    bag: OpenBag,
    { organizationId, memberId }: Target,
    { durationMinutes, customClaims }: SessionWishes,
  ): Promise<EntryAnswer> {
    const { funnel, answers } = this.parts;
    const request: MintRequest = {
      organizationId,
      memberId,
      cause: 'exchange',
      proofs: [],
      intermediateSessionId: bag.intermediateSessionId,
      continued: null,
      loginId: null,
      durationMinutes,
      customClaims,
    };
    const outcome = await funnel.mint(request, this.mintStep(call), call.context);
    return outcome.minted
      ? this.entered(outcome.sessionId, call)
      : answers.notYet(outcome.gap, outcome.facts, bag).answer;
  }

  /** The answer of an earlier run of this call, which used the bag up. */
  private async again(call: Call): Promise<EntryAnswer | undefined> {
    const sessionId = await this.parts.funnel.mintedBefore(this.mintStep(call));
    return sessionId === undefined ? undefined : this.entered(sessionId, call);
  }

  private mintStep({ command }: Call) {
    return stepOf(command, command.commandId, 'mint');
  }

  private async entered(sessionId: string, { context, at }: Call): Promise<EntryAnswer> {
    return (await this.parts.answers.entered(sessionId, context, at)).answer;
  }
}

/** A bag without an address that is proven for all has nowhere to go. */
const addressOf = ({ ledger }: OpenBag): string => {
  const address = provenAddress(ledger);
  if (address === undefined)
    throw new DomainError<WireErrorType>('invalid_intermediate_session_token_for_organization');
  return address;
};

/** Proven just now, and not carried over from an old session: who founds an organization owns it. */
const isFresh = (ledger: Ledger, at: Instant): boolean =>
  transferable(ledger).some(
    ({ factor }) =>
      factor.order === 'PRIMARY' &&
      factor.subject.kind === 'email' &&
      at < plusMinutes(factor.lastProvenAt, INTERMEDIATE_SESSION_MINUTES),
  );
