import type { identityRequests, PayloadOf, RequestContext, WireErrorType } from '@muster/contracts';
import type { CommandContext } from '@muster/eventsourcing';
import { DomainError, type Instant, type NewId } from '@muster/kernel';
import { addresseeOf } from './entry-rules.ts';
import type { AllowedRedirect, Organizations } from './ports.ts';
import type { Dispatch, ProofSender } from './proof-sender.ts';
import { addressIn, emailUpdateMinutes, redirectIn } from './request-checks.ts';

type EmailUpdate = PayloadOf<typeof identityRequests.sendEmailUpdate>;

type Dependencies = {
  readonly organizations: Organizations;
  readonly sender: ProofSender;
  readonly newId: NewId;
  readonly redirects: readonly AllowedRedirect[];
};

/** Mails the new address of a member what completes the update. */
export class EmailUpdateService {
  constructor(private readonly dependencies: Dependencies) {}

  async send(
    update: EmailUpdate,
    command: CommandContext,
    context: RequestContext,
  ): Promise<{ readonly expiresAt: Instant }> {
    const form = this.form(update);
    const address = addressIn(update.address);
    const { expiresAt } = await this.dependencies.sender.send(command, async () => {
      const { organizationId, memberId } = update;
      const entry = await this.dependencies.organizations.entry(
        { organization: organizationId, memberId },
        context,
      );
      if (!entry.member) throw new DomainError<WireErrorType>('member_not_found');
      return {
        ...form,
        organizationId,
        address,
        emailId: this.dependencies.newId('member-email'),
        addressee: addresseeOf(entry, entry.member),
        memberCreated: false,
        purpose: 'email_update',
        values: { organization: entry.organization.wire.organization_name },
        minutes: emailUpdateMinutes,
      };
    });
    return { expiresAt };
  }

  private form({ delivery, redirectUrl }: EmailUpdate): Pick<Dispatch, 'delivery' | 'template'> {
    if (delivery === 'EMAIL_OTP') return { delivery: { kind: 'code' }, template: 'email_update_code' };
    const url = redirectIn(
      this.dependencies.redirects,
      'LOGIN',
      redirectUrl ?? undefined,
      'login_redirect_url',
    );
    return { delivery: { kind: 'link', redirectUrl: url, codeChallenge: null }, template: 'email_update' };
  }
}
