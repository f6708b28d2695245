import type { RedeemedProof, RequestContext, WireErrorType } from '@muster/contracts';
import {
  type AggregateId,
  commandContext,
  type CommandDependencies,
  fold,
  handleCommand,
  readable,
  streamName,
  stepId,
} from '@muster/eventsourcing';
import { type Clock, DomainError } from '@muster/kernel';
import {
  emailLinkAggregate,
  LINK_GENERATION,
  type LinkScope,
} from '../domain/email-link/email-link.decider.ts';
import { pkceVerdict } from './pkce.ts';
import type { Tokens } from './ports.ts';
import { proofOf } from './proof.ts';

export type LinkRedemption = {
  readonly flowId: string;
  readonly scope: LinkScope;
  readonly token: string;
  readonly codeVerifier: string | null;
};

type Dependencies = CommandDependencies & { readonly tokens: Tokens; readonly clock: Clock };

const refuse = (): never => {
  throw new DomainError<WireErrorType>('unable_to_auth_magic_link');
};

/** Uses up e-mail links. */
export class LinkRedemptionService {
  constructor(private readonly dependencies: Dependencies) {}

  /** Of any number of flows that bring one link one wins; it may ask again and gets the same answer (R18). */
  async redeem(redemption: LinkRedemption, context: RequestContext): Promise<RedeemedProof> {
    const { flowId, scope, token, codeVerifier } = redemption;
    const verified = this.dependencies.tokens.verify('email-link', token);
    if (verified?.generation !== LINK_GENERATION) return refuse();
    const id = await this.whereIs(verified.id, context.projectId);
    const command = commandContext(context, {
      commandId: stepId(flowId, 'redeem-email-link', id.id, scope, this.keyed(codeVerifier ?? '')),
      at: this.dependencies.clock(),
      content: { flowId, scope, linkId: id.id },
    });
    await handleCommand(this.dependencies, command, async (unit) => {
      const link = await unit.load(emailLinkAggregate, id);
      const pkce = pkceVerdict(link.state.sent?.codeChallenge ?? null, codeVerifier);
      link.execute({ type: 'RedeemEmailLink', data: { flowId, scope, pkce }, at: command.at });
    });
    return this.proof(id);
  }

  /** A genuine token names its link; the link's own stream says whose it is. */
  private async whereIs(linkId: string, projectId: string): Promise<AggregateId> {
    const unplaced = { projectId, organizationId: null, id: linkId };
    const [sent] = await this.dependencies.log.readStream(streamName('emailLink', unplaced));
    return sent ? { ...unplaced, organizationId: sent.organizationId } : refuse();
  }

  private async proof(id: AggregateId): Promise<RedeemedProof> {
    const { state } = await fold(this.dependencies, emailLinkAggregate, id);
    const { sent, redeemed } = state;
    const address = sent ? readable(sent.address) : undefined;
    if (!sent || !redeemed || address === undefined) return refuse();
    const { organizationId } = id;
    return proofOf('magic_link', { ...sent, address, organizationId, redeemedAt: redeemed.redeemedAt });
  }

  private keyed(secret: string): string {
    return this.dependencies.lookupHash('redeem-email-link', secret);
  }
}
