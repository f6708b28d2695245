import type { CommandContext } from '@muster/eventsourcing';
import type { NewId } from '@muster/kernel';
import type { AllowedRedirect } from './ports.ts';
import type { Dispatch, ProofSender } from './proof-sender.ts';
import {
  addressIn,
  codeChallengeIn,
  codeLifetime,
  linkLifetime,
  minutesIn,
  redirectIn,
} from './request-checks.ts';

export type DiscoveryMailRequest = { readonly emailAddress: string; readonly minutes: number | undefined };
export type DiscoveryLinkRequest = DiscoveryMailRequest & {
  readonly redirectUrl: string | undefined;
  readonly codeChallenge: string | undefined;
};

type Dependencies = {
  readonly sender: ProofSender;
  readonly newId: NewId;
  readonly redirects: readonly AllowedRedirect[];
};

const nobody = { memberId: null, memberEpoch: null, organizationEpoch: null } as const;

/**
 * Mails a proof that belongs to no organization yet. Nobody is asked whether the address is known: the same work, the
 * same answer and a mail for every address (R20).
 */
export class DiscoveryMailService {
  constructor(private readonly dependencies: Dependencies) {}

  async sendLink(request: DiscoveryLinkRequest, command: CommandContext): Promise<void> {
    const { redirects } = this.dependencies;
    const minutes = minutesIn(request.minutes, linkLifetime, 'discovery_expiration_minutes');
    const redirectUrl = redirectIn(redirects, 'DISCOVERY', request.redirectUrl, 'discovery_redirect_url');
    const codeChallenge = codeChallengeIn(request.codeChallenge);
    await this.send(request.emailAddress, command, {
      delivery: { kind: 'link', redirectUrl, codeChallenge },
      template: 'discovery',
      minutes,
    });
  }

  async sendCode(request: DiscoveryMailRequest, command: CommandContext): Promise<void> {
    const minutes = minutesIn(request.minutes, codeLifetime, 'discovery_expiration_minutes');
    await this.send(request.emailAddress, command, {
      delivery: { kind: 'code' },
      template: 'discovery_code',
      minutes,
    });
  }

  private async send(
    emailAddress: string,
    command: CommandContext,
    form: Pick<Dispatch, 'delivery' | 'template' | 'minutes'>,
  ): Promise<void> {
    const address = addressIn(emailAddress);
    await this.dependencies.sender.send(command, async () => ({
      ...form,
      organizationId: null,
      address,
      emailId: this.dependencies.newId('member-email'),
      addressee: nobody,
      memberCreated: false,
      purpose: 'discovery',
      values: {},
    }));
  }
}
