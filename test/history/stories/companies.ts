import { adminRole, type JitMode } from '@muster/contracts';
import type { OrganizationCommand } from '../../../services/organization/src/domain/organization/organization.commands.ts';
import type { CustomJitRule } from '../../../services/organization/src/domain/organization/organization.events.ts';
import { newcomer } from '../../../services/organization/src/domain/member/newcomer.ts';
import { companyName, personName } from '../names.ts';
import type { Wish } from '../told.ts';
import type { Company, World } from '../world.ts';
import { proveInDiscovery } from './logins.ts';
import { changeMember, createMember } from './members.ts';
import { exchange } from './sessions.ts';

const facts = { publicMailDomains: {}, roles: ['stytch_member', adminRole] };

/** A customer signs up: by a sales person in the backend, or by themselves in discovery (R6). */
export const foundCompany = (world: World, size: number, at: number): Company => {
  const { random } = world;
  const { name, slug } = companyName(random, world.nextNumber());
  const organizationId = world.newId('organization', at);
  const company = world.newCompany(organizationId, `${slug}.example`, size);
  const create: Wish<OrganizationCommand> = {
    type: 'CreateOrganization',
    data: { organizationId, settings: { name, slug }, facts },
  };
  if (random.chance(0.6)) {
    world.step(at, world.backend, 'create organization', (step) =>
      step.execute(company.organization, create),
    );
    createMember(world, company, at + 1_000, { roles: [adminRole] });
    return company;
  }
  const address = `${personName(random, world.nextNumber()).mailbox}@${company.domain}`;
  proveInDiscovery(world, address, at, (bag, then) => {
    const founder = world.newPerson(company, world.newId('member', then));
    const emailId = world.newId('member-email', then);
    world.step(then, world.backend, 'found organization', (step) => {
      step.execute(company.organization, create);
      const proven = { door: 'creator', address, emailId, emailVerified: true } as const;
      const data = { ...newcomer, ...proven, roles: [adminRole], pending: false };
      changeMember(step, company, founder, { type: 'CreateMember', data });
    });
    company.people.push(founder);
    exchange(world, bag, company, founder, then + 3);
  });
  return company;
};

const rule = (ruleId: string, domain: string, mode: JitMode, cap: number | null): CustomJitRule => ({
  ruleId,
  matcher: { type: 'email_domain', domain, state: 'verified' },
  mode,
  roles: [],
  membershipDays: null,
  cap,
  endsAt: null,
});

const policyChange = (world: World, company: Company): readonly Wish<OrganizationCommand>[] => {
  const { random } = world;
  const { domain, organization } = company;
  const held = organization.state.domains.find((other) => other.domain === domain);
  // A company without its domain gets it first: rules and restrictions are about it.
  if (!held)
    return [
      { type: 'ListEmailDomain', data: { domain, facts } },
      { type: 'StartDomainVerification', data: { domain, challenge: `c${random.hex()}${random.hex()}` } },
    ];
  if (held.state === 'listed')
    return [{ type: 'RecordDomainVerified', data: { domain, seenChallenge: held.challenge! } }];
  switch (random.weighted({ rules: 5, email: 2, session: 2, methods: 2, name: 1, metadata: 2, claim: 1 })) {
    case 'rules': {
      const mode = random.pick(['auto', 'ask', 'approve', 'off'] as const);
      const cap = random.chance(0.3) ? 100 + random.integer(900) : null;
      const rules = [rule(`staff-${random.integer(3)}`, domain, mode, cap)];
      return [{ type: 'ReplaceJitRules', data: { rules, defaults: null, expectedVersion: null, facts } }];
    }
    case 'email': {
      const emailJitProvisioning = random.pick(['RESTRICTED', 'NOT_ALLOWED'] as const);
      return [
        { type: 'UpdateOrganization', data: { settings: { jitDefaults: { emailJitProvisioning } }, facts } },
      ];
    }
    case 'session':
      return [
        {
          type: 'SetSessionPolicy',
          data: {
            maximumDurationMinutes: random.pick([null, 10_080, 43_200]),
            idleTimeoutMinutes: random.pick([null, 240, 1_440]),
            reauthenticationIntervalMinutes: null,
          },
        },
      ];
    case 'methods': {
      const authentication = random.chance(0.5)
        ? ({ mode: 'ALL_ALLOWED' } as const)
        : ({ mode: 'RESTRICTED', allowed: ['magic_link', 'email_otp'] } as const);
      return [{ type: 'UpdateOrganization', data: { settings: { authentication }, facts } }];
    }
    case 'name':
      return [
        { type: 'UpdateOrganization', data: { settings: { name: companyName(random, 0).name }, facts } },
      ];
    case 'metadata': {
      const trustedMetadata = { contract: random.hex(), seats: 10 * random.integer(100) };
      return [{ type: 'UpdateOrganization', data: { settings: { trustedMetadata }, facts } }];
    }
    case 'claim':
      return [{ type: 'ClaimEmailDomain', data: { domain } }];
  }
};

/** A steward sets something; each company begins with its domain (R31). */
export const changePolicy = (world: World, company: Company, at: number): void => {
  const { organization } = company;
  if (organization.state.status !== 'existing') return;
  const [steward] = company.stewards.state.memberIds;
  world.step(at, steward ? `member:${steward}` : world.backend, 'change organization', (step) => {
    for (const wish of policyChange(world, company)) step.execute(organization, wish);
  });
};
