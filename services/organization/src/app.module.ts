import { EventCodec, purgeView, type View } from '@muster/eventsourcing';
import { HttpKitModule, openView, type Platform } from '@muster/nest-kit';
import {
  type DynamicModule,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type Provider,
} from '@nestjs/common';
import { newChallenge } from './adapters/challenges.ts';
import { DnsResolver } from './adapters/dns.resolver.ts';
import { forgettersClient } from './adapters/forgetters.client.ts';
import { identityClient } from './adapters/identity.client.ts';
import { publicMailDomains } from './adapters/public-mail-domains.ts';
import { domainLabel } from './adapters/public-suffix.ts';
import { DomainVerificationService } from './application/domain-verification.service.ts';
import { EmailUpdateService } from './application/email-update.service.ts';
import { EntryAdmissionService } from './application/entry-admission.service.ts';
import { EntryService } from './application/entry.service.ts';
import { ErasureService } from './application/erasure.service.ts';
import { FoundingService } from './application/founding.service.ts';
import { InvitationService } from './application/invitation.service.ts';
import { MemberLookup } from './application/member-lookup.ts';
import { MemberQueryService } from './application/member-query.service.ts';
import { MemberService } from './application/member.service.ts';
import type { PurgeMembers } from './application/ports.ts';
import { OrganizationReclaimService } from './application/organization-reclaim.service.ts';
import { OrganizationService } from './application/organization.service.ts';
import { StewardshipService } from './application/stewardship.service.ts';
import { aggregates } from './domain/aggregates.ts';
import { DomainsController } from './http/domains.controller.ts';
import { JitRulesController } from './http/jit-rules.controller.ts';
import { MemberEmailController } from './http/member-email.controller.ts';
import { MemberErasureController } from './http/member-erasure.controller.ts';
import { MemberSearchController } from './http/member-search.controller.ts';
import { MemberController } from './http/member.controller.ts';
import { OrganizationReclaimController } from './http/organization-reclaim.controller.ts';
import { OrganizationSearchController } from './http/organization-search.controller.ts';
import { OrganizationTarget } from './http/organization-target.ts';
import { OrganizationController } from './http/organization.controller.ts';
import { ProjectController } from './http/project.controller.ts';
import { RbacController } from './http/rbac.controller.ts';
import { SessionPolicyController } from './http/session-policy.controller.ts';
import { CLOCK, CONFIG, MEMBER_DIRECTORY } from './http/tokens.ts';
import { OrganizationResponder } from './messages/organization.responder.ts';
import { ErasureReactor } from './reactors/erasure.reactor.ts';
import { MemberViewDirectory } from './read-models/members/member.directory.ts';
import { MemberSearch } from './read-models/members/member.search.ts';
import { membersProjection } from './read-models/members/members.projection.ts';
import { OrganizationLookup } from './read-models/organizations/organization.lookup.ts';
import { OrganizationSearch } from './read-models/organizations/organization.search.ts';
import { organizationsProjection } from './read-models/organizations/organizations.projection.ts';

/** The service's views are kept up, and erasures brought to their end, for as long as it runs. */
class BackgroundWork implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    private readonly views: readonly Pick<View<never>, 'start' | 'stop'>[],
    private readonly erasures: ErasureReactor,
    private readonly maintenance: boolean,
  ) {}

  onApplicationBootstrap(): void {
    for (const view of this.views) view.start();
    if (!this.maintenance) this.erasures.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.erasures.stop();
    await Promise.all(this.views.map((view) => view.stop()));
  }
}

/** Organizations with all their policy, their members and stewards. */
@Module({})
export class OrganizationModule {
  static register(platform: Platform): DynamicModule {
    const parts = partsOf(platform);
    return {
      module: OrganizationModule,
      imports: [HttpKitModule.register(platform)],
      controllers: [
        // Fixed paths (`search`) before those with a parameter in the same place.
        OrganizationSearchController,
        OrganizationController,
        JitRulesController,
        SessionPolicyController,
        DomainsController,
        OrganizationReclaimController,
        RbacController,
        ProjectController,
        MemberSearchController,
        MemberController,
        MemberEmailController,
        MemberErasureController,
        OrganizationResponder,
      ],
      providers: [
        ...organizationProviders(platform, parts),
        ...memberProviders(platform, parts),
        { provide: OrganizationTarget, useValue: new OrganizationTarget(parts.organizations) },
        { provide: CLOCK, useValue: platform.clock },
        { provide: CONFIG, useValue: platform.config },
        {
          provide: BackgroundWork,
          useFactory: () =>
            new BackgroundWork(
              [parts.organizationView, parts.memberView],
              erasureReactor(platform, parts),
              platform.maintenance ?? false,
            ),
        },
      ],
    };
  }
}

type Parts = ReturnType<typeof partsOf>;

/** What services of both halves are made of. */
const partsOf = (platform: Platform) => {
  const { log, keys, keyring, config, clock, newId, requester } = platform;
  const codec = new EventCodec(keys, aggregates);
  const { lookupHash } = keyring;
  const { projectId } = config.project;
  const dependencies = { log, codec, lookupHash, clock, newId, projectId, rbac: config.rbac };
  const organizationView = openView(platform, organizationsProjection, codec);
  const memberView = openView(platform, membersProjection(lookupHash), codec);
  const identity = identityClient(requester);
  const memberDirectory = new MemberViewDirectory(memberView);
  const forgetters = forgettersClient(requester);
  return {
    dependencies: { ...dependencies, publicMailDomains, domainLabel },
    erasures: new ErasureService({
      ...dependencies,
      keys,
      purgeMembers: purgeMembersOf(platform),
      forgetters,
    }),
    organizations: new OrganizationLookup(dependencies),
    stewardship: new StewardshipService(dependencies, identity),
    memberDirectory,
    organizationSearch: new OrganizationSearch(organizationView, memberDirectory, projectId),
    organizationView,
    memberView,
    identity,
  };
};

const purgeMembersOf =
  ({ store, keyring, logger }: Platform): PurgeMembers =>
  async (position) => {
    const view = membersProjection(keyring.lookupHash);
    if (await purgeView(store, view, position)) return;
    logger.warn(
      { view: view.name },
      'erased data may be traced in what the read store has written: docs/erasure.md',
    );
  };

const erasureReactor = (
  { newId, config, logger }: Platform,
  { erasures, memberView }: Parts,
): ErasureReactor =>
  new ErasureReactor({
    erasures,
    memberView,
    newId,
    projectId: config.project.projectId,
    onFailure: (what, error) =>
      logger.warn({ what, failure: error instanceof Error ? error.name : 'unknown' }, 'not done yet'),
  });

const organizationProviders = ({ config }: Platform, parts: Parts): readonly Provider[] => {
  const { dependencies, organizations, stewardship, memberDirectory, organizationSearch } = parts;
  const dns = new DnsResolver(config.dnsServers);
  const domains = new DomainVerificationService({ ...dependencies, dns, newChallenge });
  return [
    { provide: OrganizationLookup, useValue: organizations },
    { provide: OrganizationSearch, useValue: organizationSearch },
    { provide: OrganizationService, useValue: new OrganizationService(dependencies) },
    { provide: DomainVerificationService, useValue: domains },
    {
      provide: OrganizationReclaimService,
      useValue: new OrganizationReclaimService(domains, stewardship),
    },
    { provide: MEMBER_DIRECTORY, useValue: memberDirectory },
  ];
};

const memberProviders = ({ clock }: Platform, parts: Parts): readonly Provider[] => {
  const { dependencies, organizations, organizationSearch, stewardship, memberView, identity } = parts;
  const lookup = new MemberLookup(dependencies);
  const memberSearch = new MemberSearch(memberView, clock);
  const shared = { ...dependencies, lookup, organizations };
  return [
    { provide: MemberLookup, useValue: lookup },
    { provide: ErasureService, useValue: parts.erasures },
    { provide: MemberService, useValue: new MemberService(dependencies, lookup, organizations) },
    { provide: MemberQueryService, useValue: new MemberQueryService({ ...shared, memberSearch }) },
    { provide: EmailUpdateService, useValue: new EmailUpdateService(dependencies, lookup, identity) },
    {
      provide: EntryService,
      useValue: new EntryService({ ...shared, stewardship, memberView, organizationSearch }),
    },
    { provide: EntryAdmissionService, useValue: new EntryAdmissionService(dependencies, lookup) },
    { provide: InvitationService, useValue: new InvitationService(dependencies, lookup, organizations) },
    { provide: FoundingService, useValue: new FoundingService(dependencies, organizations) },
  ];
};
