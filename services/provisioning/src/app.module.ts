import { EventCodec, type View } from '@muster/eventsourcing';
import { HttpKitModule, openView, type Platform } from '@muster/nest-kit';
import { followUpOf } from '@muster/observability';
import {
  type DynamicModule,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { isDisposableMailDomain } from './adapters/disposable-mail-domains.ts';
import { identityClient } from './adapters/identity.client.ts';
import { organizationClient } from './adapters/organization.client.ts';
import { isPublicMailDomain } from './adapters/public-mail-domains.ts';
import { ApplicantErasureService } from './application/applicant-erasure.service.ts';
import { AdmissionService } from './application/admission.service.ts';
import { GrantService } from './application/grant.service.ts';
import { JoinRequestService } from './application/join-request.service.ts';
import type { Dependencies } from './application/ports.ts';
import { aggregates } from './domain/aggregates.ts';
import { AdmissionsController } from './http/admissions.controller.ts';
import { ApplicantsController } from './http/applicants.controller.ts';
import { JoinRequestsController } from './http/join-requests.controller.ts';
import { ORGANIZATIONS } from './http/tokens.ts';
import { ProvisioningResponder } from './messages/provisioning.responder.ts';
import { AdmissionReactor } from './reactors/admission.reactor.ts';
import { ApplicantErasureReactor } from './reactors/applicant-erasure.reactor.ts';
import { Addresses } from './read-models/addresses.ts';
import { admissionsProjection } from './read-models/admissions/admissions.projection.ts';
import { AdmissionQueries } from './read-models/admissions/admissions.queries.ts';
import { erasedApplicantsProjection } from './read-models/erased-applicants/erased-applicants.projection.ts';
import { joinRequestsProjection } from './read-models/join-requests/join-requests.projection.ts';
import { JoinRequestQueries } from './read-models/join-requests/join-requests.queries.ts';

/** Views are kept up, and what was left half done is brought to its end, for as long as the service runs. */
class BackgroundWork implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    private readonly views: readonly Pick<View<never>, 'start' | 'stop'>[],
    private readonly reactors: readonly Pick<AdmissionReactor, 'start' | 'stop'>[],
    private readonly maintenance: boolean,
  ) {}

  onApplicationBootstrap(): void {
    for (const view of this.views) view.start();
    if (!this.maintenance) for (const reactor of this.reactors) reactor.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.reactors.map((reactor) => reactor.stop()));
    await Promise.all(this.views.map((view) => view.stop()));
  }
}

/** Who comes in through a door: decided by the rules it is given, recorded with the reasons. */
@Module({})
export class ProvisioningModule {
  static register(platform: Platform): DynamicModule {
    const dependencies = dependenciesOf(platform);
    const { codec, organizations, clock, onFailure } = dependencies;
    const admissionsView = openView(platform, admissionsProjection, codec);
    const joinRequestsView = openView(platform, joinRequestsProjection, codec);
    const erasedApplicants = openView(platform, erasedApplicantsProjection, codec);
    const addresses = new Addresses(dependencies);
    const queries = new AdmissionQueries(admissionsView, addresses);
    const joinRequests = new JoinRequestQueries(joinRequestsView, addresses, dependencies);
    const grants = new GrantService(dependencies);
    const admissions = new AdmissionService(dependencies, grants);
    const erasures = new ApplicantErasureService({ ...dependencies, keys: platform.keys }, queries);
    const views = [admissionsView, joinRequestsView, erasedApplicants];
    const reactors = [
      new AdmissionReactor({
        grants,
        queries,
        clock,
        onFailure,
        followUp: followUpOf(platform.log, 'conclude admission'),
      }),
      new ApplicantErasureReactor({ erasures, erased: erasedApplicants, onFailure }),
    ];
    return {
      module: ProvisioningModule,
      imports: [HttpKitModule.register(platform)],
      controllers: [
        AdmissionsController,
        JoinRequestsController,
        ApplicantsController,
        ProvisioningResponder,
      ],
      providers: [
        { provide: ORGANIZATIONS, useValue: organizations },
        { provide: AdmissionService, useValue: admissions },
        { provide: JoinRequestService, useValue: new JoinRequestService(dependencies, admissions) },
        { provide: ApplicantErasureService, useValue: erasures },
        { provide: AdmissionQueries, useValue: queries },
        { provide: JoinRequestQueries, useValue: joinRequests },
        {
          provide: BackgroundWork,
          useFactory: () => new BackgroundWork(views, reactors, platform.maintenance ?? false),
        },
      ],
    };
  }
}

const dependenciesOf = ({ log, keys, keyring, requester, clock, newId, logger }: Platform): Dependencies => ({
  log,
  codec: new EventCodec(keys, aggregates),
  lookupHash: keyring.lookupHash,
  organizations: organizationClient(requester),
  notices: identityClient(requester),
  mailDomainKind: (domain) => {
    if (isDisposableMailDomain(domain)) return 'disposable';
    return isPublicMailDomain(domain) ? 'public' : 'own';
  },
  clock,
  newId,
  onFailure: (what, error) =>
    logger.warn({ what, failure: error instanceof Error ? error.name : 'unknown' }, 'not done yet'),
});
