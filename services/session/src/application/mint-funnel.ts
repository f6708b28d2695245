import type { EntryFacts, RequestContext, WireGap } from '@muster/contracts';
import {
  type CommandContext,
  type DecodedEvent,
  handleCommand,
  type UnitOfWork,
} from '@muster/eventsourcing';
import { mergedClaims } from '../domain/custom-claims.ts';
import { intermediateSessionAggregate } from '../domain/intermediate-session/intermediate-session.decider.ts';
import { countsIn, type Ledger, type LedgerEntry, withEntry } from '../domain/ledger.ts';
import { loginAggregate } from '../domain/login/login.decider.ts';
import { sessionAggregate } from '../domain/session/session.decider.ts';
import { endOfSession } from './mint/lifetime.checks.ts';
import { attemptOf, type MintAttempt, type MintRequest, memberOf } from './mint/mint-attempt.ts';
import { passes } from './mint/mint-checks.ts';
import type { Organizations, SessionDependencies } from './ports.ts';

export type MintOutcome =
  | {
      readonly minted: true;
      readonly sessionId: string;
      readonly organizationId: string;
      readonly memberId: string;
    }
  | { readonly minted: false; readonly gap: WireGap; readonly facts: EntryFacts };

type Loaded = Awaited<ReturnType<MintFunnel['load']>>;

/**
 * The only way to a session (R15). It reads the organization's policy and the member's status anew, runs the table of
 * checks, and writes the session together with all that it uses up, in one commit (R18, E10).
 */
export class MintFunnel {
  constructor(
    private readonly dependencies: SessionDependencies,
    private readonly organizations: Pick<Organizations, 'entry'>,
  ) {}

  /**
   * A session, or what is still missing for one; then nothing is written. A repeat of the command gives the first one's
   * session again.
   * @throws DomainError where a check says no
   */
  async mint(request: MintRequest, command: CommandContext, context: RequestContext): Promise<MintOutcome> {
    let missing: MintAttempt | undefined;
    const { events } = await handleCommand(this.dependencies, command, async (unit) => {
      const loaded = await this.load(unit, request);
      const facts = await this.organizations.entry(
        { organization: request.organizationId, memberId: request.memberId },
        context,
      );
      const attempt = attemptOf({ ...judged(request, loaded, command), facts });
      missing = passes(attempt) ? undefined : attempt;
      if (!missing) this.write(attempt, loaded);
    });
    if (missing) return { minted: false, gap: missing.gap, facts: missing.facts };
    const { organizationId, memberId, continued } = request;
    // A call that goes on with a session may have nothing to write: no proof, no new end, no claims.
    const sessionId = sessionIn(events) ?? continued?.sessionId;
    if (!sessionId) throw new Error('a commit without a session came out of the mint');
    return { minted: true, sessionId, organizationId, memberId };
  }

  /** The session that an earlier run of this command led to; undefined where there was none. */
  async mintedBefore(command: CommandContext): Promise<string | undefined> {
    const { events } = await handleCommand(this.dependencies, command, async () => {});
    return sessionIn(events);
  }

  private async load(unit: UnitOfWork, request: MintRequest) {
    const { projectId, newId } = this.dependencies;
    const { organizationId, intermediateSessionId, continued, loginId } = request;
    const flow = (id: string) => ({ projectId, organizationId: null, id });
    const id = { projectId, organizationId, id: continued?.sessionId ?? newId('session') };
    return {
      session: await unit.load(sessionAggregate, id),
      bag:
        intermediateSessionId && (await unit.load(intermediateSessionAggregate, flow(intermediateSessionId))),
      login: loginId && (await unit.load(loginAggregate, flow(loginId))),
    };
  }

  private write(attempt: MintAttempt, loaded: Loaded): void {
    const { request, at } = attempt;
    const sessionId = loaded.session.id.id;
    if (attempt.session) goOn(attempt, loaded.session);
    else start(attempt, loaded.session);
    if (loaded.bag) {
      for (const entry of request.proofs) loaded.bag.execute({ type: 'AddFactor', data: { entry }, at });
      loaded.bag.execute({ type: 'ConsumeIntermediateSession', data: { sessionId }, at });
    }
    const { organizationId, memberId } = request;
    const outcome = { kind: 'session', sessionId, organizationId, memberId } as const;
    if (loaded.login) loaded.login.execute({ type: 'CompleteLogin', data: { outcome }, at });
  }
}

const sessionIn = (events: readonly DecodedEvent[]): string | undefined =>
  events.find(({ category }) => category === sessionAggregate.category)?.id.id;

const judged = (
  request: MintRequest,
  { session, bag }: Loaded,
  { at }: CommandContext,
): Omit<MintAttempt, 'facts' | 'gap'> => {
  const held: Ledger = [...(bag ? bag.state.ledger : []), ...session.state.ledger];
  const ledger = request.proofs.reduce(withEntry, held);
  return { request, ledger, session: session.exists ? session.state : null, at };
};

/** The factor as this organization knows the address: under its own member's id, not another organization's (R3). */
const localised = (entry: LedgerEntry, emailId: string): LedgerEntry =>
  entry.factor.subject.kind === 'email'
    ? { ...entry, factor: { ...entry.factor, subject: { ...entry.factor.subject, emailId } } }
    : entry;

/** Of all that was proven, only what counts in this organization for this member becomes part of the session (R12). */
const ownFactors = (ledger: Ledger, { facts }: MintAttempt): Ledger => {
  const { address, emailId } = memberOf(facts);
  return ledger
    .filter(({ factor }) => countsIn(factor, facts.organization.organizationId))
    .filter(({ factor: { subject } }) => subject.kind !== 'email' || subject.address === address)
    .map((entry) => localised(entry, emailId));
};

const start = (attempt: MintAttempt, session: Loaded['session']): void => {
  const { request, facts, at } = attempt;
  session.execute({
    type: 'StartSession',
    at,
    data: {
      memberId: request.memberId,
      cause: request.cause,
      ledger: ownFactors(attempt.ledger, attempt),
      customClaims: mergedClaims({}, request.customClaims),
      memberEpoch: memberOf(facts).epoch,
      organizationEpoch: facts.organization.epoch,
      expiresAt: endOfSession(request.durationMinutes, facts.organization.session, { startedAt: at, at }),
      loginId: request.loginId,
      intermediateSessionId: request.intermediateSessionId,
    },
  });
};

const goOn = (attempt: MintAttempt, session: Loaded['session']): void => {
  const { request, facts, at } = attempt;
  const { startedAt, customClaims } = session.state;
  for (const entry of ownFactors(request.proofs, attempt))
    session.execute({ type: 'AddFactor', data: { entry }, at });
  if (request.durationMinutes !== null) {
    const expiresAt = endOfSession(request.durationMinutes, facts.organization.session, { startedAt, at });
    session.execute({ type: 'ExtendSession', data: { expiresAt }, at });
  }
  if (Object.keys(request.customClaims).length > 0) {
    const merged = mergedClaims(customClaims, request.customClaims);
    session.execute({ type: 'SetCustomClaims', data: { customClaims: merged }, at });
  }
};
