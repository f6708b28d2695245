import type { Reason, WireErrorType } from '@muster/contracts';
import { fold, handleCommand } from '@muster/eventsourcing';
import { DomainError } from '@muster/kernel';
import { type Login, loginAggregate } from '../domain/login/login.decider.ts';
import type { LoginOutcome, LoginStarted } from '../domain/login/login.events.ts';
import type { Call, SessionDependencies } from './ports.ts';
import { derivedId, stepOf } from './steps.ts';

export type LoginStart = Pick<LoginStarted['data'], 'method' | 'scope'>;

/** What a login is made of: how it is answered when it had ended before, and its steps. */
export type LoginSteps<Answer> = {
  readonly again: (outcome: LoginOutcome) => Promise<Answer>;
  readonly first: (flowId: string) => Promise<Answer>;
};

/** Runs logins as flows: started before anything else happens, ended by an outcome, a refusal, or time. */
export class LoginFlows {
  constructor(private readonly dependencies: SessionDependencies) {}

  /**
   * The flow of a call. A repeat is known by its `Idempotency-Key`, or by the PKCE verifier, which only whoever began
   * the login has.
   */
  flowIdOf(
    { command }: Call,
    pkce?: { readonly token: string; readonly codeVerifier: string | null },
  ): string {
    const { projectId } = this.dependencies;
    return pkce?.codeVerifier
      ? derivedId('login', projectId, 'pkce', pkce.token, pkce.codeVerifier)
      : derivedId('login', projectId, 'command', command.commandId);
  }

  /** Takes the steps, or answers from what an earlier run of the same flow came to. */
  async run<Answer>(
    call: Call,
    flowId: string,
    start: LoginStart,
    { again, first }: LoginSteps<Answer>,
  ): Promise<Answer> {
    const login = await this.begin(call, flowId, start);
    if (login.phase === 'completed') return again(login.outcome);
    if (login.phase === 'refused')
      throw new DomainError(login.refusal.code, { reasons: login.refusal.reasons });
    if (login.phase === 'expired') throw new DomainError<WireErrorType>(UNFINISHED[start.method]);
    try {
      return await first(flowId);
    } catch (error) {
      if (error instanceof DomainError) await this.refuse(call, flowId, error);
      throw error;
    }
  }

  private async begin(call: Call, flowId: string, start: LoginStart): Promise<Login> {
    const command = stepOf(call.command, flowId, 'start');
    const committed = await handleCommand(this.dependencies, command, async (unit) => {
      const login = await unit.load(loginAggregate, this.id(flowId));
      login.execute({ type: 'StartLogin', data: start, at: command.at });
    });
    if (!committed.duplicate) return { phase: 'open', startedAt: command.at };
    return (await fold(this.dependencies, loginAggregate, this.id(flowId))).state;
  }

  /** A flow that has ended in the meantime, by a twin of this call, stays as it ended. */
  private async refuse(call: Call, flowId: string, error: DomainError): Promise<void> {
    const reasons = (error.details['reasons'] ?? []) as readonly Reason[];
    const command = stepOf(call.command, flowId, 'refuse', { code: error.code });
    await handleCommand(this.dependencies, command, async (unit) => {
      const login = await unit.load(loginAggregate, this.id(flowId));
      if (login.state.phase !== 'open') return;
      login.execute({ type: 'RefuseLogin', data: { code: error.code, reasons }, at: command.at });
    });
  }

  private id(id: string) {
    return { projectId: this.dependencies.projectId, organizationId: null, id };
  }
}

/** What a flow that ran out of time says: its proof is spent. */
const UNFINISHED = {
  magic_link: 'unable_to_auth_magic_link',
  email_otp: 'unable_to_auth_otp_code',
} as const satisfies Record<LoginStart['method'], WireErrorType>;
