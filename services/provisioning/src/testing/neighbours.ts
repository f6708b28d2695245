import {
  identityRequests,
  type MemberCaller,
  organizationRequests,
  type PayloadOf,
  sessionRequests,
} from '@muster/contracts';
import { DomainError } from '@muster/kernel';
import { Answers } from '@muster/nest-kit';
import { Controller, Module } from '@nestjs/common';
import { acmeRule } from './decision-table.ts';
import { InMemoryOrganizations } from './in-memory.organizations.ts';

type Organization = typeof organizationRequests;

/** The organization that the neighbours tell of, and the mails they were asked to send. */
export const neighbouring = {
  organizations: new InMemoryOrganizations(),
  notices: [] as PayloadOf<typeof identityRequests.notify>[],
};

export const startOver = (...rules: readonly Partial<typeof acmeRule>[]): void => {
  const jitRules = rules.map((rule) => ({ ...acmeRule, ...rule }));
  neighbouring.organizations = new InMemoryOrganizations({ jitRules });
  neighbouring.notices.length = 0;
};

/** Organization, identity and session, as far as provisioning asks them. Session tokens are `<organization id> <role>`. */
@Controller()
class NeighboursResponder {
  @Answers(organizationRequests.entry)
  entry(payload: PayloadOf<Organization['entry']>) {
    return neighbouring.organizations.entry(payload);
  }

  @Answers(organizationRequests.admitMember)
  admitMember(payload: PayloadOf<Organization['admitMember']>) {
    return neighbouring.organizations.admitMember(payload);
  }

  @Answers(identityRequests.notify)
  async notify(payload: PayloadOf<typeof identityRequests.notify>) {
    neighbouring.notices.push(payload);
    return {};
  }

  @Answers(sessionRequests.resolve)
  async resolve({ sessionToken }: PayloadOf<typeof sessionRequests.resolve>): Promise<MemberCaller> {
    const [organizationId, role] = (sessionToken ?? '').split(' ');
    if (!organizationId || !role) throw new DomainError('session_not_found');
    return { organizationId, memberId: 'member-steward', memberSessionId: 'session-1', roles: [role] };
  }
}

@Module({ controllers: [NeighboursResponder] })
export class NeighboursModule {}
