import { Caller, CallerContext, wireBody } from '@muster/nest-kit';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { EmailUpdateService } from '../application/email-update.service.ts';
import { MemberLookup } from '../application/member-lookup.ts';
import { type DescribedMember, MemberQueryService } from '../application/member-query.service.ts';
import { MemberService } from '../application/member.service.ts';
import { StartEmailUpdateBody, UnlinkRetiredEmailBody } from './member.dto.ts';
import { OrganizationTarget } from './organization-target.ts';

/** The addresses of a member beside the current one. */
@Controller('/v1/b2b/organizations/:organization_id/members/:member_id')
export class MemberEmailController {
  constructor(
    private readonly members: MemberService,
    private readonly emailUpdates: EmailUpdateService,
    private readonly queries: MemberQueryService,
    private readonly lookup: MemberLookup,
    private readonly target: OrganizationTarget,
  ) {}

  @Post('unlink_retired_email')
  async unlinkRetiredEmail(
    @Caller() caller: CallerContext,
    @Param('organization_id') organization: string,
    @Param('member_id') member: string,
    @Body(wireBody(UnlinkRetiredEmailBody)) body: UnlinkRetiredEmailBody,
  ): Promise<DescribedMember & { readonly organization_id: string }> {
    const { organizationId, memberId } = await this.place(caller, organization, member);
    const content = [{ organizationId, memberId }, body];
    const command = caller.command('unlink_retired_email', content);
    const email = { emailId: body.email_id ?? null, emailAddress: body.email_address ?? null };
    await this.members.unlinkRetiredEmail(organizationId, memberId, email, command);
    const described = await this.queries.describe(organizationId, memberId);
    return { organization_id: organizationId, ...described };
  }

  @Post('start_email_update')
  async startEmailUpdate(
    @Caller() caller: CallerContext,
    @Param('organization_id') organization: string,
    @Param('member_id') member: string,
    @Body(wireBody(StartEmailUpdateBody)) body: StartEmailUpdateBody,
  ): Promise<DescribedMember> {
    const { organizationId, memberId } = await this.place(caller, organization, member);
    const update = {
      emailAddress: body.email_address,
      delivery: body.delivery_method ?? 'EMAIL_MAGIC_LINK',
      redirectUrl: body.login_redirect_url ?? null,
    };
    const asked = { organizationId, memberId, ...update };
    const command = caller.command('start_email_update', asked);
    const { member: acting, context } = caller;
    await this.emailUpdates.start(organizationId, memberId, update, { acting, context }, command);
    return this.queries.describe(organizationId, memberId);
  }

  private async place(caller: CallerContext, organization: string, member: string) {
    const organizationId = await this.target.of(caller, organization);
    return { organizationId, memberId: await this.lookup.idOf(organizationId, member) };
  }
}
