import { Caller, type CallerContext, wireBody } from '@muster/nest-kit';
import { Body, Controller, Post } from '@nestjs/common';
import { DiscoveryMailService } from '../application/discovery-mail.service.ts';
import { InvitationService } from '../application/invitation.service.ts';
import { LoginMailService } from '../application/login-mail.service.ts';
import { DiscoveryLinkBody, InviteBody, LoginLinkBody } from './magic-links.dto.ts';

/** Sends links by e-mail. They are redeemed at the session service. */
@Controller('v1/b2b/magic_links/email')
export class MagicLinksController {
  constructor(
    private readonly loginMail: LoginMailService,
    private readonly invitations: InvitationService,
    private readonly discoveryMail: DiscoveryMailService,
  ) {}

  @Post('login_or_signup')
  async loginOrSignup(@Body(wireBody(LoginLinkBody)) body: LoginLinkBody, @Caller() caller: CallerContext) {
    const request = {
      organization: body.organization_id,
      emailAddress: body.email_address,
      loginMinutes: body.login_expiration_minutes,
      signupMinutes: body.signup_expiration_minutes,
      loginRedirectUrl: body.login_redirect_url,
      signupRedirectUrl: body.signup_redirect_url,
      codeChallenge: body.pkce_code_challenge,
    };
    const command = caller.command('magic_links.login_or_signup', body);
    const { memberId, memberCreated, member, organization } = await this.loginMail.sendLink(
      request,
      command,
      caller.context,
    );
    return { member_id: memberId, member_created: memberCreated, member, organization };
  }

  @Post('invite')
  async invite(@Body(wireBody(InviteBody)) body: InviteBody, @Caller() caller: CallerContext) {
    const request = {
      organization: body.organization_id,
      emailAddress: body.email_address,
      redirectUrl: body.invite_redirect_url,
      invitedByMemberId: body.invited_by_member_id,
      name: body.name,
      trustedMetadata: body.trusted_metadata,
      untrustedMetadata: body.untrusted_metadata,
      roles: body.roles,
      minutes: body.invite_expiration_minutes,
    };
    const command = caller.command('magic_links.invite', body);
    const { memberId, member, organization } = await this.invitations.invite(
      request,
      caller.member,
      command,
      caller.context,
    );
    return { member_id: memberId, member, organization };
  }

  @Post('discovery/send')
  async discover(
    @Body(wireBody(DiscoveryLinkBody)) body: DiscoveryLinkBody,
    @Caller() caller: CallerContext,
  ) {
    const request = {
      emailAddress: body.email_address,
      minutes: body.discovery_expiration_minutes,
      redirectUrl: body.discovery_redirect_url,
      codeChallenge: body.pkce_code_challenge,
    };
    await this.discoveryMail.sendLink(request, caller.command('magic_links.discovery', body));
    return {};
  }
}
