import type { WireErrorType } from '@muster/contracts';
import { type CommandContext, fold, handleCommand, type UnitOfWork } from '@muster/eventsourcing';
import { DomainError, type Instant } from '@muster/kernel';
import {
  INTERMEDIATE_SESSION_GENERATION,
  type IntermediateSession,
  intermediateSessionAggregate,
  isOpen,
} from '../domain/intermediate-session/intermediate-session.decider.ts';
import type { Ledger } from '../domain/ledger.ts';
import { loginAggregate } from '../domain/login/login.decider.ts';
import type { SessionDependencies } from './ports.ts';

export type OpenBag = { readonly intermediateSessionId: string } & Pick<
  IntermediateSession,
  'ledger' | 'organizationIdHint' | 'expiresAt'
>;

/** What is put aside until the rest is there. */
export type ToKeep = {
  readonly proofs: Ledger;
  /** The bag that the proofs are added to; null: a new one. */
  readonly bag: OpenBag | null;
  readonly organizationIdHint: string | null;
  /** The login that this completes, and whom it was for. */
  readonly login: {
    readonly loginId: string;
    readonly organizationId: string | null;
    readonly memberId: string | null;
  } | null;
};

/** Bags of factors that are not enough yet (R17). */
export class IntermediateSessions {
  constructor(private readonly dependencies: SessionDependencies) {}

  /** @throws DomainError intermediate_session_not_found where the token is not genuine, or its bag used up or expired */
  async find(token: string, at: Instant): Promise<OpenBag> {
    const verified = this.dependencies.tokens.verify('intermediate-session', token);
    if (verified?.generation !== INTERMEDIATE_SESSION_GENERATION) throw notFound();
    return this.byId(verified.id, at);
  }

  /** @throws DomainError intermediate_session_not_found */
  async byId(intermediateSessionId: string, at: Instant): Promise<OpenBag> {
    const id = this.id(intermediateSessionId);
    const { state } = await fold(this.dependencies, intermediateSessionAggregate, id);
    if (!isOpen(state, at)) throw notFound();
    return { intermediateSessionId, ...state };
  }

  tokenOf({ intermediateSessionId }: Pick<OpenBag, 'intermediateSessionId'>): string {
    const { tokens } = this.dependencies;
    return tokens.derive('intermediate-session', intermediateSessionId, INTERMEDIATE_SESSION_GENERATION);
  }

  /** Puts proofs into the bag given, or into a new one, and completes the login with it: one commit. */
  async keep(what: ToKeep, command: CommandContext): Promise<OpenBag> {
    const { events } = await handleCommand(this.dependencies, command, (unit) =>
      this.write(unit, what, command.at),
    );
    const written = events.find(({ category }) => category === intermediateSessionAggregate.category);
    return this.byId(written!.id.id, command.at);
  }

  private async write(
    unit: UnitOfWork,
    { proofs, bag, organizationIdHint, login }: ToKeep,
    at: Instant,
  ): Promise<void> {
    const intermediateSessionId =
      bag?.intermediateSessionId ?? this.dependencies.newId('intermediate-session');
    const loaded = await unit.load(intermediateSessionAggregate, this.id(intermediateSessionId));
    if (bag) for (const entry of proofs) loaded.execute({ type: 'AddFactor', data: { entry }, at });
    else
      loaded.execute({ type: 'StartIntermediateSession', data: { ledger: proofs, organizationIdHint }, at });
    if (!login) return;
    const { loginId, organizationId, memberId } = login;
    const flow = await unit.load(loginAggregate, this.id(loginId));
    const outcome = {
      kind: 'intermediate_session',
      intermediateSessionId,
      organizationId,
      memberId,
    } as const;
    flow.execute({ type: 'CompleteLogin', data: { outcome }, at });
  }

  private id(id: string) {
    return { projectId: this.dependencies.projectId, organizationId: null, id };
  }
}

const notFound = () => new DomainError<WireErrorType>('intermediate_session_not_found');
