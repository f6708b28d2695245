import { createHash } from 'node:crypto';
import type {
  AdmissionDecision,
  Applicant,
  JitRule,
  OrganizationFacts,
  RequestContext,
} from '@muster/contracts';
import {
  type CommandContext,
  commandContext,
  EventCodec,
  type EventLog,
  InMemoryEventLog,
  InMemoryKeyStore,
  InMemoryReadStore,
  type KeyStore,
  View,
} from '@muster/eventsourcing';
import { formatId, type IdType, type Instant } from '@muster/kernel';
import { aggregates } from '../domain/aggregates.ts';
import { acmeRule } from './decision-table.ts';
import { ApplicantErasureService } from '../application/applicant-erasure.service.ts';
import { AdmissionService } from '../application/admission.service.ts';
import { GrantService } from '../application/grant.service.ts';
import { JoinRequestService, type Ruling } from '../application/join-request.service.ts';
import { Addresses } from '../read-models/addresses.ts';
import { admissionsProjection } from '../read-models/admissions/admissions.projection.ts';
import { AdmissionQueries } from '../read-models/admissions/admissions.queries.ts';
import {
  type ErasedApplicant,
  erasedApplicantsProjection,
} from '../read-models/erased-applicants/erased-applicants.projection.ts';
import { joinRequestsProjection } from '../read-models/join-requests/join-requests.projection.ts';
import { JoinRequestQueries } from '../read-models/join-requests/join-requests.queries.ts';
import { ApplicantErasureReactor } from '../reactors/applicant-erasure.reactor.ts';
import { AdmissionReactor } from '../reactors/admission.reactor.ts';
import { InMemoryOrganizations } from './in-memory.organizations.ts';
import type { Dependencies } from '../application/ports.ts';

export const projectId = 'project-test-00000000-0000-7000-8000-000000000001';

export const context: RequestContext = {
  projectId,
  actor: `project:${projectId}`,
  requestId: 'request-1',
  correlationId: 'request-1',
  causationId: 'request-1',
};

type Notice = Parameters<Dependencies['notices']['notify']>[0];

/** The service around a fake organization, on a log in memory, with a clock that stands still until it is moved. */
export class Provisioning {
  now: Instant = '2026-11-23T09:00:00.000Z';
  readonly organizations: InMemoryOrganizations;
  readonly keys = new InMemoryKeyStore();
  readonly log: EventLog = new InMemoryEventLog({ clock: () => this.now });
  readonly codec = new EventCodec(this.keys, aggregates);
  readonly notices: Notice[] = [];
  readonly failures: string[] = [];
  readonly dependencies: Dependencies;
  readonly grants: GrantService;
  readonly admissions: AdmissionService;
  readonly joinRequests: JoinRequestService;
  readonly erasures: ApplicantErasureService;
  readonly admissionQueries: AdmissionQueries;
  readonly joinRequestQueries: JoinRequestQueries;
  private readonly erasedApplicants: View<ErasedApplicant>;
  private readonly views: readonly { start(): void; stop(): Promise<void> }[];
  /** The join request that each address was answered with. */
  readonly joinRequestIds = new Map<string, string>();
  private ids = 0;

  constructor(organization: Partial<OrganizationFacts> = {}, ...rules: readonly Partial<JitRule>[]) {
    const jitRules = rules.map((rule) => ({ ...acmeRule, ...rule }));
    this.organizations = new InMemoryOrganizations({ jitRules, ...organization });
    this.dependencies = {
      log: this.log,
      codec: this.codec,
      lookupHash: (scope, value) => createHash('sha256').update(`${scope}/${value}`).digest('base64url'),
      organizations: this.organizations,
      notices: { notify: async (notice) => this.notices.push(notice) },
      mailDomainKind: (domain) => (domain === 'mail.test' ? 'public' : 'own'),
      clock: () => this.now,
      newId: (type) => this.newId(type),
      onFailure: (what) => this.failures.push(what),
    };
    this.grants = new GrantService(this.dependencies);
    this.admissions = new AdmissionService(this.dependencies, this.grants);
    this.joinRequests = new JoinRequestService(this.dependencies, this.admissions);
    const parts = { log: this.log, codec: this.codec, store: new InMemoryReadStore() };
    const admissionsView = new View(admissionsProjection, parts);
    const joinRequestsView = new View(joinRequestsProjection, parts);
    const addresses = new Addresses(parts);
    this.erasedApplicants = new View(erasedApplicantsProjection, parts);
    this.views = [admissionsView, joinRequestsView, this.erasedApplicants];
    this.admissionQueries = new AdmissionQueries(admissionsView, addresses);
    this.erasures = this.erasuresWith(this.keys);
    this.joinRequestQueries = new JoinRequestQueries(joinRequestsView, addresses, parts);
  }

  startViews(): void {
    for (const view of this.views) view.start();
  }

  async stopViews(): Promise<void> {
    for (const view of this.views) await view.stop();
  }

  reactor(everyMilliseconds?: number): AdmissionReactor {
    return new AdmissionReactor({
      grants: this.grants,
      queries: this.admissionQueries,
      clock: () => this.now,
      onFailure: (what) => this.failures.push(what),
      ...(everyMilliseconds === undefined ? {} : { everyMilliseconds }),
    });
  }

  /** What another process would do at its start, perhaps with another copy of the key store. */
  erasureReactor(keys: KeyStore = this.keys): ApplicantErasureReactor {
    return new ApplicantErasureReactor({
      erasures: this.erasuresWith(keys),
      erased: this.erasedApplicants,
      onFailure: (what) => this.failures.push(what),
    });
  }

  private erasuresWith(keys: KeyStore): ApplicantErasureService {
    return new ApplicantErasureService({ ...this.dependencies, keys }, this.admissionQueries);
  }

  command(commandId: string): CommandContext {
    return commandContext(context, { commandId, at: this.now, content: { commandId } });
  }

  /** Makes what was sealed for a person unreadable. */
  async erase(memberId: string): Promise<void> {
    await this.keys.destroy(`${projectId}/${this.organizations.organization.organizationId}/${memberId}`);
  }

  /** A person logs in with a proven address. The flow is named after it where it is not given. */
  async knock(
    address: string,
    options: {
      flowId?: string;
      memberId?: string;
      through?: 'organization' | 'discovery';
    } & Partial<Applicant> = {},
  ): Promise<AdmissionDecision> {
    const { flowId = `flow-${address}`, memberId = null, through = 'organization', ...given } = options;
    const { organizationId } = this.organizations.organization;
    const applicant = { address, proof: 'proven', connectionId: null, ...given } as const;
    const question = { flowId, organizationId, memberId, through, applicant };
    const decision = await this.admissions.admit(question, context);
    if (decision.outcome === 'join_requested') this.joinRequestIds.set(address, decision.joinRequestId);
    return decision;
  }

  async ruling(address: string, commandId: string): Promise<Ruling> {
    const { organizationId } = this.organizations.organization;
    const joinRequestId =
      this.joinRequestIds.get(address) ?? 'join-request-test-00000000-0000-8000-8000-000000000000';
    const acting = { ...context, actor: 'member:steward' };
    return {
      entry: await this.organizations.entry({ organization: organizationId }),
      joinRequestId,
      command: commandContext(acting, { commandId, at: this.now, content: { joinRequestId } }),
      context: acting,
    };
  }

  /** What was recorded, in order, as `Type` or `Type reason`. */
  async history(): Promise<readonly string[]> {
    const decoded = await this.codec.decode(await this.log.readAll(0, 1_000));
    return decoded.map(({ event }) => {
      const { reasons, cause } = event.data as { reasons?: { code: string }[]; cause?: string };
      return [event.type, ...(reasons ?? []).map(({ code }) => code), ...(cause ? [cause] : [])].join(' ');
    });
  }

  activeMembers(): readonly string[] {
    const members = [...this.organizations.members.values()];
    return members.filter(({ status }) => status === 'active').map(({ address }) => address);
  }

  private newId(type: IdType): string {
    const serial = String(++this.ids).padStart(12, '0');
    return formatId(type, 'test', `00000000-0000-7000-8000-${serial}`);
  }
}
