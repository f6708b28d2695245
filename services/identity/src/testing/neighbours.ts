import {
  type MemberCaller,
  organizationRequests,
  type PayloadOf,
  provisioningRequests,
  type RequestContext,
  sessionRequests,
} from '@muster/contracts';
import { DomainError } from '@muster/kernel';
import { Answers, newIdIn } from '@muster/nest-kit';
import { Controller, Module } from '@nestjs/common';
import { acme, ada } from './facts.ts';
import { InMemoryOrganizations, provisioningByDomain } from './in-memory.organizations.ts';

type Organization = typeof organizationRequests;
type Preview = typeof provisioningRequests.preview;

/** The organizations that the neighbours tell of. */
export const neighbouring = new InMemoryOrganizations(newIdIn('test'));

/** Organization, provisioning and session, as far as identity asks them. Session tokens are role names. */
@Controller()
class NeighboursResponder {
  @Answers(organizationRequests.entry)
  entry(payload: PayloadOf<Organization['entry']>, context: RequestContext) {
    return neighbouring.entry(payload, context);
  }

  @Answers(organizationRequests.expectMember)
  expectMember(payload: PayloadOf<Organization['expectMember']>, context: RequestContext) {
    return neighbouring.expectMember(payload, context);
  }

  @Answers(organizationRequests.inviteMember)
  inviteMember(payload: PayloadOf<Organization['inviteMember']>, context: RequestContext) {
    return neighbouring.inviteMember(payload, context);
  }

  @Answers(organizationRequests.describe)
  describe(payload: PayloadOf<Organization['describe']>, context: RequestContext) {
    return neighbouring.describe(payload, context);
  }

  @Answers(provisioningRequests.preview)
  async preview({ applicant, entries }: PayloadOf<Preview>, context: RequestContext) {
    return { previews: [await provisioningByDomain.preview(applicant, entries[0]!, context)] };
  }

  @Answers(sessionRequests.resolve)
  async resolve({ sessionToken }: PayloadOf<typeof sessionRequests.resolve>): Promise<MemberCaller> {
    if (!sessionToken) throw new DomainError('session_not_found');
    return { organizationId: acme, memberId: ada, memberSessionId: 'session-1', roles: [sessionToken] };
  }
}

@Module({ controllers: [NeighboursResponder] })
export class NeighboursModule {}
