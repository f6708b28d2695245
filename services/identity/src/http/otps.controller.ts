import { Caller, type CallerContext, wireBody } from '@muster/nest-kit';
import { Body, Controller, Post } from '@nestjs/common';
import { DiscoveryMailService } from '../application/discovery-mail.service.ts';
import { LoginMailService } from '../application/login-mail.service.ts';
import { DiscoveryCodeBody, LoginCodeBody } from './otps.dto.ts';

/** Sends codes by e-mail. They are redeemed at the session service. */
@Controller('v1/b2b/otps/email')
export class OtpsController {
  constructor(
    private readonly loginMail: LoginMailService,
    private readonly discoveryMail: DiscoveryMailService,
  ) {}

  @Post('login_or_signup')
  async loginOrSignup(@Body(wireBody(LoginCodeBody)) body: LoginCodeBody, @Caller() caller: CallerContext) {
    const request = {
      organization: body.organization_id,
      emailAddress: body.email_address,
      loginMinutes: body.login_expiration_minutes,
      signupMinutes: body.signup_expiration_minutes,
    };
    const command = caller.command('otps.login_or_signup', body);
    const { memberId, memberCreated, member, organization } = await this.loginMail.sendCode(
      request,
      command,
      caller.context,
    );
    return { member_id: memberId, member_created: memberCreated, member, organization };
  }

  @Post('discovery/send')
  async discover(
    @Body(wireBody(DiscoveryCodeBody)) body: DiscoveryCodeBody,
    @Caller() caller: CallerContext,
  ) {
    const request = { emailAddress: body.email_address, minutes: body.discovery_expiration_minutes };
    await this.discoveryMail.sendCode(request, caller.command('otps.discovery', body));
    return {};
  }
}
