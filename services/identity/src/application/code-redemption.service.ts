import type { RedeemedProof, RequestContext, WireErrorType } from '@muster/contracts';
import {
  commandContext,
  type CommandDependencies,
  type Event,
  handleCommand,
  type UnitOfWork,
  stepId,
} from '@muster/eventsourcing';
import { type Clock, DomainError, type Instant, parseEmailAddress } from '@muster/kernel';
import { assertUnlocked, attemptsAggregate } from '../domain/attempts/attempts.decider.ts';
import { emailCodeAggregate, triable } from '../domain/email-code/email-code.decider.ts';
import type { EmailCodeRedeemed } from '../domain/email-code/email-code.events.ts';
import { emailCodeId } from './email-code-id.ts';
import type { Tokens } from './ports.ts';
import { proofOf } from './proof.ts';

export type CodeRedemption = {
  readonly flowId: string;
  readonly organizationId: string | null;
  readonly address: string;
  readonly code: string;
};

type Dependencies = CommandDependencies & { readonly tokens: Tokens; readonly clock: Clock };
type Attempt = { readonly flowId: string; readonly code: string; readonly at: Instant };

const refuse = (code: WireErrorType): never => {
  throw new DomainError<WireErrorType>(code);
};

const isRedeemed = (event: Event): event is EmailCodeRedeemed => event.type === 'EmailCodeRedeemed';

/** Uses up e-mail codes, and counts the wrong ones. */
export class CodeRedemptionService {
  constructor(private readonly dependencies: Dependencies) {}

  /**
   * The outcome of a guess is told only after it was counted: code and counter are written in one commit at the
   * revisions the guess was made at (R19). The same flow with the same code is the same command and gets the same
   * answer, counted once (R18, E5).
   */
  async redeem(redemption: CodeRedemption, context: RequestContext): Promise<RedeemedProof> {
    const { lookupHash, clock } = this.dependencies;
    const { organizationId, flowId, code } = redemption;
    const address = parseEmailAddress(redemption.address)?.address;
    if (address === undefined) return refuse('unable_to_auth_otp_code');
    const id = emailCodeId(lookupHash, { projectId: context.projectId, organizationId, address });
    // A hash of six digits that anyone could compute would give the code away: this one has a key.
    const content = { flowId, stream: id.id, guess: lookupHash('redeem-email-code', code) };
    const command = commandContext(context, {
      commandId: stepId('redeem-email-code', content.flowId, content.stream, content.guess),
      at: clock(),
      content,
    });
    const { events } = await handleCommand(this.dependencies, command, (unit) =>
      this.attempt(unit, id, { flowId, code, at: command.at }),
    );
    const facts = events.map(({ event }) => event);
    if (facts.some(({ type }) => type === 'FactorLocked')) return refuse('user_lock_limit_reached');
    const redeemed = facts.find(isRedeemed);
    if (!redeemed) return refuse('unable_to_auth_otp_code');
    return proofOf('email_otp', { ...redeemed.data, organizationId, address });
  }

  /** Locks and limits first; only then is anything compared. */
  private async attempt(
    unit: UnitOfWork,
    id: ReturnType<typeof emailCodeId>,
    { flowId, code, at }: Attempt,
  ): Promise<void> {
    const emailCode = await unit.load(emailCodeAggregate, id);
    const memberId = emailCode.state.current?.memberId ?? null;
    const attempts = memberId === null ? null : await unit.load(attemptsAggregate, { ...id, id: memberId });
    if (attempts) assertUnlocked(attempts.state, at);
    const { codeId, generation } = triable(emailCode.state, at);
    const matches = this.dependencies.tokens.matchesCode('email-code', codeId, generation, code);
    emailCode.execute({ type: 'RedeemEmailCode', data: { flowId, matches }, at });
    attempts?.execute({ type: 'CountAttempt', data: { method: 'email_otp', succeeded: matches }, at });
  }
}
