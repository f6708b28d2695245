import {
  type EntryFacts,
  organizationRequests,
  type PayloadOf,
  type ReplyOf,
  type RequestContext,
} from '@muster/contracts';
import { type CommandContext, commandContext } from '@muster/eventsourcing';
import type { Clock, Json } from '@muster/kernel';
import { Answers } from '@muster/nest-kit';
import { Controller, Inject } from '@nestjs/common';
import { EntryAdmissionService } from '../application/entry-admission.service.ts';
import { EntryService } from '../application/entry.service.ts';
import { FoundingService } from '../application/founding.service.ts';
import { InvitationService } from '../application/invitation.service.ts';
import { CLOCK } from '../http/tokens.ts';

type Asked = typeof organizationRequests;

/** What the other services ask: what is true of this person here, and please take them in. */
@Controller()
export class OrganizationResponder {
  constructor(
    private readonly entries: EntryService,
    private readonly admissions: EntryAdmissionService,
    private readonly invitations: InvitationService,
    private readonly founding: FoundingService,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Answers(organizationRequests.entry)
  entry(payload: PayloadOf<Asked['entry']>): Promise<EntryFacts> {
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
    return this.admissions.expectMember(
      payload,
      this.command('ExpectMember', payload.commandId, payload, context),
    );
  }

  @Answers(organizationRequests.inviteMember)
  inviteMember(
    payload: PayloadOf<Asked['inviteMember']>,
    context: RequestContext,
  ): Promise<ReplyOf<Asked['inviteMember']>> {
    return this.invitations.invite(
      payload,
      this.command('InviteMember', payload.commandId, payload, context),
    );
  }

  @Answers(organizationRequests.admitMember)
  admitMember(
    payload: PayloadOf<Asked['admitMember']>,
    context: RequestContext,
  ): Promise<ReplyOf<Asked['admitMember']>> {
    return this.admissions.admitMember(
      payload,
      this.command('AdmitMember', payload.admissionId, payload, context),
    );
  }

  @Answers(organizationRequests.proveAddress)
  proveAddress(
    payload: PayloadOf<Asked['proveAddress']>,
    context: RequestContext,
  ): Promise<ReplyOf<Asked['proveAddress']>> {
    return this.admissions.proveAddress(
      payload,
      this.command('ProveAddress', payload.commandId, payload, context),
    );
  }

  @Answers(organizationRequests.createWithMember)
  createWithMember(
    payload: PayloadOf<Asked['createWithMember']>,
    context: RequestContext,
  ): Promise<ReplyOf<Asked['createWithMember']>> {
    return this.founding.found(
      payload,
      this.command('FoundOrganization', payload.commandId, payload, context),
    );
  }

  /** Repeats may come with another deadline; what was asked for is the same. */
  private command(type: string, commandId: string, payload: object, context: RequestContext): CommandContext {
    const { expiresAt: _, organizationRevision: __, ...asked } = payload as Record<string, Json>;
    return commandContext(context, { commandId, at: this.clock(), content: { type, ...asked } });
  }
}
