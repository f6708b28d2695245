import { adminRole } from '@muster/contracts';
import { millisecondsOf } from '@muster/kernel';
import { newcomer } from '../../services/organization/src/domain/member/newcomer.ts';
import { type History, type HistoryOptions, writeHistory } from './generate.ts';
import { companyName, personName } from './names.ts';
import { changeMember } from './stories/members.ts';
import type { Company, World } from './world.ts';

const START = millisecondsOf('2025-10-01T00:00:00.000Z');
/** Organizations of the person who is a member in many. */
const MEMBERSHIPS = 100;

/** The address of the person who is a member of the first hundred organizations. */
export const manyPlaces = 'many.places@contractor.example';

const facts = { publicMailDomains: {}, roles: ['stytch_member', adminRole] };

const found = (world: World, size: number, at: number): Company => {
  const { name, slug } = companyName(world.random, world.nextNumber());
  const organizationId = world.newId('organization', at);
  const company = world.newCompany(organizationId, `${slug}.example`, size);
  world.step(at, world.backend, 'create organization', (step) =>
    step.execute(company.organization, {
      type: 'CreateOrganization',
      data: { organizationId, settings: { name, slug }, facts },
    }),
  );
  return company;
};

const join = (
  world: World,
  company: Company,
  address: string,
  roles: readonly string[],
  at: number,
): void => {
  // Not kept: a million of them would not fit into memory, and nothing more is told of them.
  const person = world.newPerson(company, world.newId('member', at));
  const { full } = personName(world.random, 0);
  const emailId = world.newId('member-email', at);
  const given = { address, emailId, emailVerified: true, name: full, roles };
  world.step(at, world.backend, 'create member', (step) =>
    changeMember(step, company, person, {
      type: 'CreateMember',
      data: { ...newcomer, ...given, door: 'import', pending: false },
    }),
  );
};

/**
 * So many members and little else, in organizations of ten to some thousands, and one person who is a member of a
 * hundred of them.
 */
export const generateCrowd = (options: HistoryOptions & { readonly members: number }): Promise<History> =>
  writeHistory(options, async (world, _, pause) => {
    const companies = Math.max(MEMBERSHIPS, Math.round(options.members / 200));
    const perCompany = Math.max(1, Math.floor((options.members - MEMBERSHIPS) / companies));
    let at = START;
    for (let number = 0; number < companies; number++) {
      const company = found(world, perCompany, (at += 1_000));
      for (let member = 0; member < perCompany; member++) {
        const address = `${personName(world.random, world.nextNumber()).mailbox}@${company.domain}`;
        join(world, company, address, member === 0 ? [adminRole] : [], (at += 10));
        await pause();
      }
      if (number < MEMBERSHIPS) join(world, company, manyPlaces, [], (at += 10));
    }
  });
