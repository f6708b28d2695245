import type { WireErrorType } from '@muster/contracts';
import {
  type CommandContext,
  type CommandDependencies,
  type DecodedEvent,
  handleCommand,
  type UnitOfWork,
} from '@muster/eventsourcing';
import { DomainError, type Instant, type NewId, plusMinutes } from '@muster/kernel';
import { emailCodeAggregate } from '../domain/email-code/email-code.decider.ts';
import type { EmailCodeSent } from '../domain/email-code/email-code.events.ts';
import { effectAggregate } from '../domain/effect/effect.decider.ts';
import type { MailedProof, MailTemplate, MailValues } from '../domain/effect/effect.events.ts';
import { emailLinkAggregate, LINK_GENERATION } from '../domain/email-link/email-link.decider.ts';
import type { Addressee, EmailLinkSent, Purpose } from '../domain/email-link/email-link.events.ts';
import { emailCodeId } from './email-code-id.ts';

/** All that is to be known before a proof is sent. `address` is canonical. */
export type Dispatch = {
  readonly organizationId: string | null;
  readonly address: string;
  readonly emailId: string;
  readonly addressee: Addressee;
  readonly memberCreated: boolean;
  readonly purpose: Purpose;
  readonly delivery: LinkDelivery | { readonly kind: 'code' };
  readonly template: MailTemplate;
  readonly values: MailValues;
  readonly minutes: number;
};

export type LinkDelivery = {
  readonly kind: 'link';
  readonly redirectUrl: string;
  readonly codeChallenge: string | null;
};

/** What was promised, by this command or by its first run. */
export type SentProof = {
  readonly organizationId: string | null;
  readonly memberId: string | null;
  readonly memberCreated: boolean;
  readonly expiresAt: Instant;
};

type Sent = EmailLinkSent | EmailCodeSent;
type Promised = { readonly proof: MailedProof; readonly expiresAt: Instant };

/** Promises a link or a code and requests its mail, in one commit: there is never one without the other (E25). */
export class ProofSender {
  constructor(private readonly dependencies: CommandDependencies & { readonly newId: NewId }) {}

  /** @param prepare runs once, and not at all where the command was handled before (E5) */
  async send(command: CommandContext, prepare: () => Promise<Dispatch>): Promise<SentProof> {
    let prepared: Promise<Dispatch> | undefined;
    const { events } = await handleCommand(this.dependencies, command, async (unit) => {
      const dispatch = await (prepared ??= prepare());
      await this.promise(unit, dispatch, command);
    });
    return sentProof(events);
  }

  private async promise(unit: UnitOfWork, dispatch: Dispatch, command: CommandContext): Promise<void> {
    const { organizationId, addressee, emailId, address, template, values } = dispatch;
    const { proof, expiresAt } = await (dispatch.delivery.kind === 'link'
      ? this.promiseLink(unit, dispatch, dispatch.delivery, command)
      : this.promiseCode(unit, dispatch, command));
    const id = this.dependencies.newId('mail');
    const effect = await unit.load(effectAggregate, { projectId: command.projectId, organizationId, id });
    const subjectId = addressee.memberId ?? emailId;
    effect.execute({
      type: 'RequestMail',
      data: { template, subjectId, recipient: address, values, proof, expiresAt },
      at: command.at,
    });
  }

  private async promiseLink(
    unit: UnitOfWork,
    { organizationId, addressee, address, emailId, memberCreated, purpose, minutes }: Dispatch,
    { redirectUrl, codeChallenge }: LinkDelivery,
    { projectId, at }: CommandContext,
  ): Promise<Promised> {
    const id = this.dependencies.newId('email-link');
    const expiresAt = plusMinutes(at, minutes);
    const link = await unit.load(emailLinkAggregate, { projectId, organizationId, id });
    link.execute({
      type: 'SendEmailLink',
      data: { ...addressee, purpose, address, emailId, memberCreated, codeChallenge, expiresAt },
      at,
    });
    const tokenType = purpose === 'discovery' ? 'discovery' : 'multi_tenant_magic_links';
    return {
      proof: { kind: 'email-link', id, generation: LINK_GENERATION, redirectUrl, tokenType },
      expiresAt,
    };
  }

  private async promiseCode(
    unit: UnitOfWork,
    { organizationId, addressee, address, emailId, memberCreated, purpose, minutes }: Dispatch,
    { projectId, at }: CommandContext,
  ): Promise<Promised> {
    const codeId = this.dependencies.newId('email-code');
    const expiresAt = plusMinutes(at, minutes);
    const id = emailCodeId(this.dependencies.lookupHash, { projectId, organizationId, address });
    const code = await unit.load(emailCodeAggregate, id);
    code.execute({
      type: 'SendEmailCode',
      data: { ...addressee, codeId, purpose, emailId, memberCreated, expiresAt },
      at,
    });
    return { proof: { kind: 'email-code', id: codeId, generation: code.state.generation }, expiresAt };
  }
}

const sentProof = (events: readonly DecodedEvent[]): SentProof => {
  const sent = events.find(({ event }) => event.type === 'EmailLinkSent' || event.type === 'EmailCodeSent');
  // Asked again after the flow has aged (E13): what was answered then is not known any more.
  if (!sent) throw new DomainError<WireErrorType>('conflict');
  const { memberId, memberCreated, expiresAt } = (sent.event as Sent).data;
  return { organizationId: sent.id.organizationId, memberId, memberCreated, expiresAt };
};
