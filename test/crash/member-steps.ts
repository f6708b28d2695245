import { type Company, GivenUp } from './company.ts';

const ORGANIZATIONS = '/v1/b2b/organizations';
const STEWARD = 'stytch_admin';

/** Two organizations: the people of the first are members of the second, too, when they have been there. */
export const found = async (company: Company): Promise<void> => {
  const make = async (word: string, fields: object) => {
    const name = company.unique(word);
    const { organization } = await company.granted((wire, headers) =>
      wire.post(ORGANIZATIONS, { organization_name: name, organization_slug: name, ...fields }, { headers }),
    );
    const id = organization.organization_id as string;
    company.told.organizations.set(id, { name, maximumDurationMinutes: null });
    return id;
  };
  company.home = await make('home', {
    email_allowed_domains: [`${company.name}.example`, `ask.${company.name}.example`],
    email_invites: 'ALL_ALLOWED',
  });
  company.other = await make('other', { email_invites: 'ALL_ALLOWED' });
  await writeRules(company);
};

/** A steward whose proven address stands for the domain that has to ask (R33). */
export const appointSteward = async (company: Company): Promise<string> => {
  const address = company.address('steward', `ask.${company.name}.example`);
  const memberId = await joined(company, company.home, address);
  await giveRoles(company, memberId, [STEWARD]);
  return address;
};

export const createMember = async (company: Company): Promise<string> => {
  const address = company.address('member');
  const organizationId = company.home;
  await joined(company, organizationId, address);
  company.people = [...company.people, address];
  return address;
};

/** A member of that address; asked for once, however often the answer is lost. */
export const joined = async (company: Company, organizationId: string, address: string): Promise<string> => {
  try {
    const { member } = await company.granted(
      (wire, headers) =>
        wire.post(
          `${ORGANIZATIONS}/${organizationId}/members`,
          { email_address: address, name: 'Kim' },
          { headers },
        ),
      { mayGiveUp: true },
    );
    company.told.members.set(member.member_id, { organizationId, address, roles: [] });
    return member.member_id;
  } catch (error) {
    if (error instanceof GivenUp) company.told.perhapsMembers.push({ organizationId, address });
    throw error;
  }
};

/** Somebody becomes a steward, or is one no more. The answer is always waited for: the roles are then known. */
export const assignRoles = async (company: Company): Promise<void> => {
  const [memberId, member] = company.random.pick(
    [...company.told.members].filter(
      ([, { organizationId, address }]) => organizationId === company.home && !address.startsWith('steward'),
    ),
  );
  await giveRoles(company, memberId, member.roles.length > 0 ? [] : [STEWARD]);
};

const giveRoles = async (company: Company, memberId: string, roles: readonly string[]): Promise<void> => {
  await company.granted((wire) =>
    wire.put(`${ORGANIZATIONS}/${company.home}/members/${memberId}`, { roles }),
  );
  company.told.members.get(memberId)!.roles = roles;
};

export const rename = async (company: Company): Promise<void> => {
  const name = company.unique('renamed');
  await company.granted((wire) => wire.put(`${ORGANIZATIONS}/${company.home}`, { organization_name: name }));
  company.told.organizations.get(company.home)!.name = name;
};

export const setSessionPolicy = async (company: Company): Promise<void> => {
  const minutes = 10_000 + company.random.below(10_000);
  await company.granted((wire) =>
    wire.put(`${ORGANIZATIONS}/${company.home}/session_policy`, { maximum_duration_minutes: minutes }),
  );
  company.told.organizations.get(company.home)!.maximumDurationMinutes = minutes;
};

/** Rules that always let in, in another version each time: admissions under way meet a policy that moved (R36). */
export const writeRules = async (company: Company): Promise<void> => {
  const matcher = (domain: string) => ({ type: 'email_domain', domain, state: 'listed' });
  await company.granted((wire) =>
    wire.put(`${ORGANIZATIONS}/${company.home}/jit_rules`, {
      rules: [
        {
          matcher: matcher(`${company.name}.example`),
          mode: 'auto',
          cap: 100_000 + company.random.below(1_000),
        },
        { matcher: matcher(`ask.${company.name}.example`), mode: 'approve' },
      ],
    }),
  );
};
