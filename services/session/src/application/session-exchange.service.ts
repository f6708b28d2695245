import type { EntryFacts, WireErrorType } from '@muster/contracts';
import { DomainError, type Instant } from '@muster/kernel';
import { provenAddress, transferable } from '../domain/ledger.ts';
import type { EntranceService } from './entrance.service.ts';
import type { EntryAnswer, EntryAnswers } from './entry-answers.ts';
import type { IntermediateSessions } from './intermediate-sessions.ts';
import type { LiveSessions } from './live-sessions.ts';
import type { MintFunnel } from './mint-funnel.ts';
import type { Call, Organizations, SessionDependencies } from './ports.ts';
import type { SessionArguments, SessionLookup } from './session-lookup.ts';
import { checkWishes, type SessionWishes } from './session-wishes.ts';
import { derivedId, stepOf } from './steps.ts';

type Parts = {
  readonly dependencies: Pick<SessionDependencies, 'projectId'>;
  readonly organizations: Pick<Organizations, 'entry'>;
  readonly entrance: EntranceService;
  readonly funnel: MintFunnel;
  readonly bags: IntermediateSessions;
  readonly lookup: SessionLookup;
  readonly sessions: LiveSessions;
  readonly answers: EntryAnswers;
};

/**
 * From a session in one organization to another organization where the person has a place already. Nobody becomes a
 * member this way (R36), and nothing is written where the session is (E10).
 */
export class SessionExchangeService {
  constructor(private readonly parts: Parts) {}

  async exchange(
    call: Call,
    given: SessionWishes & { readonly organization: string; readonly session: SessionArguments },
  ): Promise<EntryAnswer> {
    checkWishes(given);
    const { lookup, sessions, organizations, funnel, bags, answers } = this.parts;
    const { context, command, at } = call;
    const source = await sessions.require(await lookup.find(given.session), context, at);
    const proofs = transferable(source.session.ledger);
    const address = provenAddress(proofs);
    if (address === undefined) throw new DomainError<WireErrorType>('insufficient_factors');

    const facts = await organizations.entry({ organization: given.organization, address }, context);
    const { organizationId } = facts.organization;
    const memberId = await this.placeOf(call, facts, address);
    const outcome = await funnel.mint(
      {
        organizationId,
        memberId,
        cause: 'exchange',
        proofs,
        intermediateSessionId: null,
        continued: null,
        loginId: null,
        durationMinutes: given.durationMinutes,
        customClaims: given.customClaims,
      },
      stepOf(command, command.commandId, 'mint'),
      context,
    );
    if (outcome.minted) return (await answers.entered(outcome.sessionId, context, at)).answer;
    const bag = await bags.keep(
      { proofs, bag: null, organizationIdHint: organizationId, login: null },
      stepOf(command, command.commandId, 'intermediate-session'),
    );
    return answers.notYet(outcome.gap, outcome.facts, bag).answer;
  }

  /** The member one is there, or was invited to be. */
  private async placeOf(call: Call, facts: EntryFacts, address: string): Promise<string> {
    const { member, organization } = facts;
    if (!member || !isPlace(member, call.at))
      throw new DomainError<WireErrorType>('member_does_not_exist_in_organization');
    const { projectId } = this.parts.dependencies;
    const { memberId, epoch } = member;
    const { organizationId } = organization;
    const flowId = derivedId(
      'login',
      projectId,
      'switch',
      organizationId,
      memberId,
      String(epoch),
      call.command.commandId,
    );
    return this.parts.entrance.enter({ flowId, facts, address, through: 'discovery' }, call);
  }
}

/** A place that stands: nobody took it back, and it has not ended. */
const isPlace = ({ status, expiresAt }: NonNullable<EntryFacts['member']>, at: Instant): boolean =>
  status !== 'deleted' && (expiresAt === null || at < expiresAt);
