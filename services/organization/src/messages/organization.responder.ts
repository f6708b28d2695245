import { organizationRequests, type PayloadOf, type ReplyOf, type RequestContext } from '@muster/contracts';
import { type CommandContext, commandContext } from '@muster/eventsourcing';
import type { Clock } from '@muster/kernel';
import { Answers } from '@muster/nest-kit';
import { Controller, Inject } from '@nestjs/common';
import { EntryAdmissionService } from '../application/entry-admission.service.ts';
import { EntryService } from '../application/entry.service.ts';
import { FoundingService } from '../application/founding.service.ts';
import { InvitationService } from '../application/invitation.service.ts';
import { CLOCK } from '../http/tokens.ts';

type Asked = typeof organizationRequests;

/** What the other services ask: who may enter where, and that they did. */
@Controller()
export class OrganizationResponder {
  constructor(
    private readonly entries: EntryService,
    private readonly admissions: EntryAdmissionService,
    private readonly invitations: InvitationService,
    private readonly foundings: FoundingService,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Answers(organizationRequests.entry)
  entry(payload: PayloadOf<Asked['entry']>): Promise<ReplyOf<Asked['entry']>> {
    return this.entries.entry(payload);
  }

  @Answers(organizationRequests.discover)
  discover(payload: PayloadOf<Asked['discover']>): Promise<ReplyOf<Asked['discover']>> {
    return this.entries.discover(payload);
  }

  @Answers(organizationRequests.describe)
  describe(payload: PayloadOf<Asked['describe']>): Promise<ReplyOf<Asked['describe']>> {
    return this.entries.describe(payload);
  }

  @Answers(organizationRequests.expectMember)
  expectMember(
    payload: PayloadOf<Asked['expectMember']>,
    context: RequestContext,
  ): Promise<ReplyOf<Asked['expectMember']>> {
    const command = this.command('expect_member', payload.commandId, payload, context);
    return this.admissions.expectMember(payload, command);
  }

  @Answers(organizationRequests.inviteMember)
  inviteMember(
    payload: PayloadOf<Asked['inviteMember']>,
    context: RequestContext,
  ): Promise<ReplyOf<Asked['inviteMember']>> {
    const command = this.command('invite_member', payload.commandId, payload, context);
    return this.invitations.invite(payload, command);
  }

  /** The admission names the command (R36). */
  @Answers(organizationRequests.admitMember)
  admitMember(
    payload: PayloadOf<Asked['admitMember']>,
    context: RequestContext,
  ): Promise<ReplyOf<Asked['admitMember']>> {
    const command = this.command('admit_member', payload.admissionId, payload, context);
    return this.admissions.admitMember(payload, command);
  }

  @Answers(organizationRequests.proveAddress)
  proveAddress(
    payload: PayloadOf<Asked['proveAddress']>,
    context: RequestContext,
  ): Promise<ReplyOf<Asked['proveAddress']>> {
    const command = this.command('prove_address', payload.commandId, payload, context);
    return this.admissions.proveAddress(payload, command);
  }

  @Answers(organizationRequests.createWithMember)
  createWithMember(
    payload: PayloadOf<Asked['createWithMember']>,
    context: RequestContext,
  ): Promise<ReplyOf<Asked['createWithMember']>> {
    const command = this.command('create_with_member', payload.commandId, payload, context);
    return this.foundings.found(payload, command);
  }

  /** A repeat may come with another deadline or a newer revision; what was asked for is the same (E5). */
  private command(type: string, commandId: string, payload: object, context: RequestContext): CommandContext {
    const asked = Object.entries(payload).filter(
      ([name]) => name !== 'expiresAt' && name !== 'organizationRevision',
    );
    return commandContext(context, {
      commandId,
      at: this.clock(),
      content: { type, asked: Object.fromEntries(asked) },
    });
  }
}
