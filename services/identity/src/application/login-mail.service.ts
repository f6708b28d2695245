import { stepId } from '@muster/eventsourcing';
import type {
  EntryFacts,
  MemberFacts,
  RequestContext,
  WireErrorType,
  WireMember,
  WireOrganization,
} from '@muster/contracts';
import type { CommandContext } from '@muster/eventsourcing';
import { DomainError, plusMinutes } from '@muster/kernel';
import { addresseeOf, assertMethodAllowed, hasPlace, refuseApplicant } from './entry-rules.ts';
import type { AllowedRedirect, Organizations, Provisioning } from './ports.ts';
import type { Dispatch, ProofSender } from './proof-sender.ts';
import {
  addressIn,
  codeChallengeIn,
  codeLifetime,
  linkLifetime,
  minutesIn,
  redirectIn,
} from './request-checks.ts';

export type LoginMailRequest = {
  /** Id, slug or external id. */
  readonly organization: string;
  readonly emailAddress: string;
  readonly loginMinutes: number | undefined;
  readonly signupMinutes: number | undefined;
};
export type LoginLinkRequest = LoginMailRequest & {
  readonly loginRedirectUrl: string | undefined;
  readonly signupRedirectUrl: string | undefined;
  readonly codeChallenge: string | undefined;
};

export type LoginMailSent = {
  readonly memberId: string;
  readonly memberCreated: boolean;
  readonly member: WireMember;
  readonly organization: WireOrganization;
};

type Dependencies = {
  readonly organizations: Organizations;
  readonly provisioning: Provisioning;
  readonly sender: ProofSender;
  readonly redirects: readonly AllowedRedirect[];
};

/** What differs between link and code, and between login and signup; checked before anybody is asked. */
type Plan = {
  readonly method: 'magic_link' | 'email_otp';
  readonly address: string;
  readonly organization: string;
  readonly login: Form;
  readonly signup: Form;
};
type Form = Pick<Dispatch, 'purpose' | 'template' | 'minutes'> & {
  readonly delivery: () => Dispatch['delivery'];
};

/** Mails members what they log in with, and people who may join what they sign up with. */
export class LoginMailService {
  constructor(private readonly dependencies: Dependencies) {}

  async sendLink(
    request: LoginLinkRequest,
    command: CommandContext,
    context: RequestContext,
  ): Promise<LoginMailSent> {
    const { redirects } = this.dependencies;
    const codeChallenge = codeChallengeIn(request.codeChallenge);
    const delivery = (type: 'LOGIN' | 'SIGNUP', wished: string | undefined, field: string) => {
      const redirectUrl = () => redirectIn(redirects, type, wished, field);
      // A URL that was named is judged whoever the mail will be for; a default is only needed where it is used.
      if (wished !== undefined) redirectUrl();
      return () => ({ kind: 'link', redirectUrl: redirectUrl(), codeChallenge }) as const;
    };
    const plan: Plan = {
      method: 'magic_link',
      address: addressIn(request.emailAddress),
      organization: request.organization,
      login: {
        purpose: 'login',
        template: 'login',
        minutes: minutesIn(request.loginMinutes, linkLifetime, 'login_expiration_minutes'),
        delivery: delivery('LOGIN', request.loginRedirectUrl, 'login_redirect_url'),
      },
      signup: {
        purpose: 'signup',
        template: 'signup',
        minutes: minutesIn(request.signupMinutes, linkLifetime, 'signup_expiration_minutes'),
        delivery: delivery('SIGNUP', request.signupRedirectUrl, 'signup_redirect_url'),
      },
    };
    return this.send(plan, command, context);
  }

  async sendCode(
    request: LoginMailRequest,
    command: CommandContext,
    context: RequestContext,
  ): Promise<LoginMailSent> {
    const delivery = () => ({ kind: 'code' }) as const;
    const plan: Plan = {
      method: 'email_otp',
      address: addressIn(request.emailAddress),
      organization: request.organization,
      login: {
        purpose: 'login',
        template: 'login_code',
        minutes: minutesIn(request.loginMinutes, codeLifetime, 'login_expiration_minutes'),
        delivery,
      },
      signup: {
        purpose: 'signup',
        template: 'signup_code',
        minutes: minutesIn(request.signupMinutes, codeLifetime, 'signup_expiration_minutes'),
        delivery,
      },
    };
    return this.send(plan, command, context);
  }

  private async send(plan: Plan, command: CommandContext, context: RequestContext): Promise<LoginMailSent> {
    const { sender, organizations } = this.dependencies;
    const sent = await sender.send(command, () => this.dispatch(plan, command, context));
    const member = { organizationId: sent.organizationId!, memberId: sent.memberId! };
    const described = await organizations.describe(member, context);
    return { memberId: member.memberId, memberCreated: sent.memberCreated, ...described };
  }

  private async dispatch(plan: Plan, command: CommandContext, context: RequestContext): Promise<Dispatch> {
    const { organization, address, method } = plan;
    const entry = await this.dependencies.organizations.entry({ organization, address }, context);
    assertMethodAllowed(entry, method);
    if (hasPlace(entry.member, command.at)) {
      const active = entry.member.status === 'active';
      return dispatchTo(entry, entry.member, active ? plan.login : plan.signup, address, false);
    }
    const form = plan.signup;
    // Nobody is made pending for a mail that has nowhere to lead.
    form.delivery();
    const { member, created } = await this.expect(entry, plan, command, context);
    return dispatchTo(entry, member, form, address, created);
  }

  /** Somebody who may join by the address as typed becomes, or stays, a pending member (R33). */
  private async expect(
    entry: EntryFacts,
    { address, signup }: Plan,
    command: CommandContext,
    context: RequestContext,
  ): Promise<{ readonly member: MemberFacts; readonly created: boolean }> {
    const { organizations, provisioning } = this.dependencies;
    const applicant = { address, proof: 'typed', connectionId: null } as const;
    const preview = await provisioning.preview(applicant, entry, context);
    if (preview.outcome === 'refused') return refuseApplicant(entry, preview.reasons);
    const { organizationId } = entry.organization;
    const expiresAt = plusMinutes(command.at, signup.minutes);
    const commandId = stepId(command.commandId, 'expect-member', expiresAt);
    const { memberId, created } = await organizations.expectMember(
      { commandId, organizationId, address, expiresAt },
      context,
    );
    const { member } = await organizations.entry({ organization: organizationId, memberId }, context);
    if (!member) throw new DomainError<WireErrorType>('member_not_found');
    return { member, created };
  }
}

const dispatchTo = (
  entry: EntryFacts,
  member: MemberFacts,
  { delivery, ...form }: Form,
  address: string,
  memberCreated: boolean,
): Dispatch => ({
  ...form,
  delivery: delivery(),
  organizationId: entry.organization.organizationId,
  address,
  emailId: member.emailId,
  addressee: addresseeOf(entry, member),
  memberCreated,
  values: { organization: entry.organization.wire.organization_name },
});
