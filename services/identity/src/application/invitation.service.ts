import { stepId } from '@muster/eventsourcing';
import type {
  MemberCaller,
  RequestContext,
  WireErrorType,
  WireMember,
  WireOrganization,
} from '@muster/contracts';
import type { CommandContext } from '@muster/eventsourcing';
import { DomainError, type JsonObject, plusMinutes } from '@muster/kernel';
import { addresseeOf } from './entry-rules.ts';
import type { AllowedRedirect, Organizations } from './ports.ts';
import type { Dispatch, ProofSender } from './proof-sender.ts';
import { addressIn, inviteLifetime, minutesIn, redirectIn } from './request-checks.ts';

export type InvitationRequest = {
  /** Id, slug or external id. */
  readonly organization: string;
  readonly emailAddress: string;
  readonly redirectUrl: string | undefined;
  readonly invitedByMemberId: string | undefined;
  readonly name: string | undefined;
  readonly trustedMetadata: JsonObject | undefined;
  readonly untrustedMetadata: JsonObject | undefined;
  readonly roles: readonly string[] | undefined;
  readonly minutes: number | undefined;
};

export type Invited = {
  readonly memberId: string;
  readonly member: WireMember;
  readonly organization: WireOrganization;
};

type Dependencies = {
  readonly organizations: Organizations;
  readonly sender: ProofSender;
  readonly redirects: readonly AllowedRedirect[];
};

const reject = (code: WireErrorType): never => {
  throw new DomainError<WireErrorType>(code);
};

/** Has the organization invite somebody and mails the link that accepts. */
export class InvitationService {
  constructor(private readonly dependencies: Dependencies) {}

  /** @param inviter the member whose session the call was made with; null: the application's backend */
  async invite(
    request: InvitationRequest,
    inviter: MemberCaller | null,
    command: CommandContext,
    context: RequestContext,
  ): Promise<Invited> {
    const address = addressIn(request.emailAddress);
    const minutes = minutesIn(request.minutes, inviteLifetime, 'invite_expiration_minutes');
    const { redirects, sender, organizations } = this.dependencies;
    const redirectUrl = redirectIn(redirects, 'INVITE', request.redirectUrl, 'invite_redirect_url');
    if (inviter) assertMayInvite(request, inviter);
    const sent = await sender.send(command, async () => {
      const delivery = { kind: 'link', redirectUrl, codeChallenge: null } as const;
      const invited = await this.invited({ ...request, address, minutes }, inviter, command, context);
      return {
        ...invited,
        address,
        minutes,
        delivery,
        memberCreated: false,
        purpose: 'invite',
        template: 'invite',
      };
    });
    const memberId = sent.memberId!;
    const organizationId = sent.organizationId!;
    return { memberId, ...(await organizations.describe({ organizationId, memberId }, context)) };
  }

  private async invited(
    request: InvitationRequest & { readonly address: string; readonly minutes: number },
    inviter: MemberCaller | null,
    command: CommandContext,
    context: RequestContext,
  ): Promise<Pick<Dispatch, 'organizationId' | 'emailId' | 'addressee' | 'values'>> {
    const { organizations } = this.dependencies;
    const { organizationId } = await this.target(request.organization, inviter, context);
    const { memberId } = await organizations.inviteMember(
      {
        commandId: stepId(command.commandId, 'invite-member', command.at),
        organizationId,
        address: request.address,
        name: request.name ?? '',
        roles: request.roles ?? [],
        trustedMetadata: request.trustedMetadata ?? {},
        untrustedMetadata: request.untrustedMetadata ?? {},
        invitedByMemberId: inviter?.memberId ?? request.invitedByMemberId ?? null,
        expiresAt: plusMinutes(command.at, request.minutes),
      },
      context,
    );
    const entry = await organizations.entry({ organization: organizationId, memberId }, context);
    if (!entry.member) return reject('member_not_found');
    return {
      organizationId,
      emailId: entry.member.emailId,
      addressee: addresseeOf(entry, entry.member),
      values: { organization: entry.organization.wire.organization_name },
    };
  }

  /** A member may not even learn whether another organization exists (R20). */
  private async target(
    organization: string,
    inviter: MemberCaller | null,
    context: RequestContext,
  ): Promise<{ readonly organizationId: string }> {
    try {
      const { organization: found } = await this.dependencies.organizations.entry({ organization }, context);
      if (inviter && inviter.organizationId !== found.organizationId)
        return reject('session_authorization_tenancy_error');
      return found;
    } catch (error) {
      const unknown = error instanceof DomainError && error.code === 'organization_not_found';
      if (inviter && unknown) return reject('session_authorization_tenancy_error');
      throw error;
    }
  }
}

/** Nobody writes what the backend keeps for itself, or invites in another's name; which roles, organization says (I15). */
const assertMayInvite = (request: InvitationRequest, inviter: MemberCaller): void => {
  if (request.trustedMetadata !== undefined) reject('trusted_metadata_not_allowed');
  if ((request.invitedByMemberId ?? inviter.memberId) !== inviter.memberId)
    reject('session_authorization_error');
};
