import { createHash } from 'node:crypto';
import {
  builtInPolicy,
  type OrganizationFacts,
  type RbacPolicy,
  type RequestContext,
} from '@muster/contracts';
import {
  type CommandContext,
  commandContext,
  EventCodec,
  handleCommand,
  InMemoryEventLog,
  InMemoryKeyStore,
  InMemoryReadStore,
  type KeyStore,
  type LookupHash,
  purgeView,
  View,
} from '@muster/eventsourcing';
import { type Instant, type JsonObject, plusMinutes, UnavailableError } from '@muster/kernel';
import { newIdIn } from '@muster/nest-kit';
import { ErasureService } from '../src/application/erasure.service.ts';
import { EmailUpdateService } from '../src/application/email-update.service.ts';
import { EntryAdmissionService } from '../src/application/entry-admission.service.ts';
import { EntryService } from '../src/application/entry.service.ts';
import { FoundingService } from '../src/application/founding.service.ts';
import { InvitationService } from '../src/application/invitation.service.ts';
import { MemberLookup } from '../src/application/member-lookup.ts';
import { MemberQueryService } from '../src/application/member-query.service.ts';
import { MemberService, type NewMember } from '../src/application/member.service.ts';
import { OrganizationService } from '../src/application/organization.service.ts';
import type { WireOrganizationSettings } from '../src/application/organization-settings.ts';
import type { Forgetters, Identity } from '../src/application/ports.ts';
import { StewardshipService } from '../src/application/stewardship.service.ts';
import { memberAggregate } from '../src/domain/member/member.aggregate.ts';
import { organizationAggregate } from '../src/domain/organization/organization.aggregate.ts';
import { stewardsAggregate } from '../src/domain/stewards/stewards.aggregate.ts';
import { ErasureReactor } from '../src/reactors/erasure.reactor.ts';
import { MemberSearch } from '../src/read-models/members/member.search.ts';
import { membersProjection } from '../src/read-models/members/members.projection.ts';
import { OrganizationLookup } from '../src/read-models/organizations/organization.lookup.ts';
import { OrganizationSearch } from '../src/read-models/organizations/organization.search.ts';
import { organizationsProjection } from '../src/read-models/organizations/organizations.projection.ts';

export const projectId = 'project-test-019ab000-0000-7000-8000-000000000001';

const lookupHash: LookupHash = (scope, value) =>
  createHash('sha256').update(`${scope}\0${value}`).digest('base64url');

/** The built-in policy, and roles of the application's own. */
export const rbac: RbacPolicy = {
  ...builtInPolicy,
  roles: [
    ...builtInPolicy.roles,
    { role_id: 'editor', description: 'Edits', permissions: [] },
    {
      role_id: 'recruiter',
      description: 'Invites and assigns',
      permissions: [
        { resource_id: 'stytch.member', actions: ['create', 'update.settings.roles', 'update.info.email'] },
      ],
    },
  ],
};

/** What the identity service was asked for. */
export class AskedIdentity implements Identity {
  readonly mails: Parameters<Identity['sendEmailUpdate']>[0][] = [];
  readonly notices: Parameters<Identity['notify']>[0][] = [];

  readonly sendEmailUpdate: Identity['sendEmailUpdate'] = async (mail) => {
    this.mails.push(mail);
    return { expiresAt: '2026-11-23T12:05:00.000Z' };
  };

  readonly notify: Identity['notify'] = async (notice) => {
    this.notices.push(notice);
    return {};
  };
}

/** The services that were asked to forget somebody; they may be out of reach. */
export class AskedForgetters implements Forgetters {
  readonly applicants: Parameters<Forgetters['eraseApplicants']>[0][] = [];
  readonly members: Parameters<Forgetters['forgetMember']>[0][] = [];
  reachable = true;

  readonly eraseApplicants: Forgetters['eraseApplicants'] = async (asked) => {
    if (!this.reachable) throw new UnavailableError('provisioning');
    this.applicants.push(asked);
    return {};
  };

  readonly forgetMember: Forgetters['forgetMember'] = async (asked) => {
    this.members.push(asked);
    return {};
  };
}

const aMember: NewMember = {
  emailAddress: 'ada@acme.test',
  name: '',
  trustedMetadata: {},
  untrustedMetadata: {},
  pending: false,
  isBreakglass: false,
  mfaPhoneNumber: null,
  mfaEnrolled: false,
  roles: [],
  externalId: null,
};

/** The organization service over a log in memory, with a clock that a test moves. */
export const newWorld = () => {
  let now: Instant = '2026-11-23T12:00:00.000Z';
  let commands = 0;
  const log = new InMemoryEventLog({ clock: () => now });
  const keys = new InMemoryKeyStore();
  const codec = new EventCodec(keys, [organizationAggregate, memberAggregate, stewardsAggregate]);
  const store = new InMemoryReadStore();
  const clock = () => now;
  const newId = newIdIn('test');
  const dependencies = { log, codec, lookupHash, projectId, clock, newId, rbac };
  const memberView = new View(membersProjection(lookupHash), { log, store, codec });
  const organizationView = new View(organizationsProjection, { log, store, codec });
  const identity = new AskedIdentity();
  const lookup = new MemberLookup(dependencies);
  const organizations = new OrganizationLookup(dependencies);
  const stewardship = new StewardshipService(dependencies, identity);
  const sources = {
    ...dependencies,
    publicMailDomains: () => undefined,
    domainLabel: (domain: string) => domain.split('.')[0]!,
  };
  const organizationService = new OrganizationService(sources);
  const members = new MemberService(dependencies, lookup, organizations);
  const memberSearch = new MemberSearch(memberView, clock);
  const forgetters = new AskedForgetters();
  const purgeMembers = async (position: number) => {
    await purgeView(store, membersProjection(lookupHash), position);
  };
  const erasuresWith = (keyStore: KeyStore) =>
    new ErasureService({ ...dependencies, keys: keyStore, purgeMembers, forgetters });
  const erasures = erasuresWith(keys);
  const nobody = { organizationsWithEmail: async () => [], organizationsWithEmailLike: async () => [] };
  const organizationSearch = new OrganizationSearch(organizationView, nobody, projectId);

  const request = (actor = `project:${projectId}`): RequestContext => {
    const requestId = `request-${++commands}`;
    return { projectId, actor, requestId, correlationId: requestId, causationId: requestId };
  };
  const command = (content: JsonObject = {}, { actor = `project:${projectId}`, commandId = '' } = {}) => {
    const context = request(actor);
    const id = commandId === '' ? `command-${commands}` : commandId;
    return commandContext(context, { commandId: id, at: now, content }) satisfies CommandContext;
  };

  return {
    log,
    codec,
    keys,
    store,
    clock,
    dependencies,
    identity,
    lookup,
    organizations,
    members,
    forgetters,
    erasures,
    /** Another process at work on the same log; failures are only told to who asks for them. */
    newReactor: (keyStore: KeyStore = keys, onFailure: (what: string, error: unknown) => void = () => {}) =>
      new ErasureReactor({ erasures: erasuresWith(keyStore), memberView, newId, projectId, onFailure }),
    stewardship,
    organizationService,
    memberView,
    organizationView,
    request,
    command,
    queries: new MemberQueryService({ ...dependencies, lookup, organizations, memberSearch }),
    entry: new EntryService({
      ...dependencies,
      lookup,
      organizations,
      stewardship,
      memberView,
      organizationSearch,
    }),
    admissions: new EntryAdmissionService(dependencies, lookup),
    invitations: new InvitationService(dependencies, lookup, organizations),
    founding: new FoundingService({ ...dependencies, ...sources }, organizations),
    emailUpdates: new EmailUpdateService(dependencies, lookup, identity),
    start: () => {
      memberView.start();
      organizationView.start();
    },
    stop: async () => {
      await memberView.stop();
      await organizationView.stop();
    },
    wait: (minutes: number) => {
      now = plusMinutes(now, minutes);
    },
    /** A member session's command. */
    as: (memberId: string, content: JsonObject = {}) => command(content, { actor: `member:${memberId}` }),
    newOrganization: (slug: string, settings: WireOrganizationSettings = {}) =>
      organizationService.create(
        { organization_name: slug, organization_slug: slug, ...settings },
        command({ create: slug }),
      ),
    newMember: (organizationId: string, given: Partial<NewMember> = {}) =>
      members.create(organizationId, { ...aMember, ...given }, null, command({ ...given })),
    /** As the route does it. */
    erase: async (organizationId: string, memberId: string) => {
      await erasures.erase(organizationId, memberId, command({ erase: memberId }));
      const erased = await lookup.byId(organizationId, memberId);
      return erasures.tryToComplete(erased!, request());
    },
    /** The organization proves a listed domain and keeps it for itself. */
    claim: async (organizationId: string, domain: string) => {
      const at = now;
      await handleCommand(dependencies, command({ claim: domain }), async (unit) => {
        const id = { projectId, organizationId, id: organizationId };
        const organization = await unit.load(organizationAggregate, id);
        const challenge = 'challenge';
        organization.execute({ type: 'StartDomainVerification', data: { domain, challenge }, at });
        organization.execute({
          type: 'RecordDomainVerified',
          data: { domain, seenChallenge: challenge },
          at,
        });
        organization.execute({ type: 'ClaimEmailDomain', data: { domain }, at });
      });
    },
    revisionOf: async (organizationId: string): Promise<OrganizationFacts['revision']> =>
      (await organizations.fold(organizationId)).revision,
    eventTypes: async () => (await log.readAll(0, 10_000)).map(({ type }) => type),
  };
};

export type World = ReturnType<typeof newWorld>;

/** The code a promise is refused with. */
export const refusal = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
  return 'not refused';
};
