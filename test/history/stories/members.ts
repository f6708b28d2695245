import { adminRole } from '@muster/contracts';
import { instantAt, plusMinutes } from '@muster/kernel';
import type { MemberCommand } from '../../../services/organization/src/domain/member/member.commands.ts';
import { isPresent, isSteward } from '../../../services/organization/src/domain/member/member.rules.ts';
import { newcomer } from '../../../services/organization/src/domain/member/newcomer.ts';
import type { Authority } from '../../../services/organization/src/domain/stewards/stewards.decider.ts';
import { personName } from '../names.ts';
import type { Step, Wish } from '../told.ts';
import type { Company, Person, World } from '../world.ts';

/** A member's change, and the organization's stewards with it, in one commit (R7). */
export const changeMember = (
  step: Step,
  { stewards }: Company,
  { member }: Person,
  wish: Wish<MemberCommand>,
  by: Authority = 'backend',
): void => {
  const before = member.state;
  const events = step.execute(member, wish);
  const is = isSteward(member.state);
  if (is === isSteward(before)) return;
  const memberId = member.id.id;
  if (is) return void step.execute(stewards, { type: 'AddSteward', data: { memberId } });
  const ended = events.some(({ type }) => type === 'MemberDeactivated');
  const cause = ended ? 'deactivated' : 'demoted';
  step.execute(stewards, { type: 'RemoveSteward', data: { memberId, cause, by } });
};

const metadata = (world: World) => ({
  plan: world.random.pick(['free', 'team', 'enterprise']),
  department: world.random.pick(['sales', 'research', 'finance', 'support']),
  badge: world.random.integer(100_000),
});

/** The application's backend creates a member (R39). */
export const createMember = (
  world: World,
  company: Company,
  at: number,
  { roles = [], mailDomain = company.domain }: { roles?: readonly string[]; mailDomain?: string } = {},
): Person => {
  const { full, mailbox } = personName(world.random, world.nextNumber());
  const person = world.newPerson(company, world.newId('member', at));
  world.step(at, world.backend, 'create member', (step) =>
    changeMember(step, company, person, {
      type: 'CreateMember',
      data: {
        ...newcomer,
        door: 'admin_api',
        pending: false,
        emailId: world.newId('member-email', at),
        address: `${mailbox}@${mailDomain}`,
        name: full,
        roles,
        externalId: world.random.chance(0.3) ? `u-${world.nextNumber()}` : null,
        trustedMetadata: world.random.chance(0.5) ? metadata(world) : {},
      },
    }),
  );
  company.people.push(person);
  return person;
};

export const isActive = ({ member }: Person): boolean => member.state.status === 'active';

/** What a person, their steward or the backend changes on a member now and then. */
export const changeProfile = (world: World, company: Company, person: Person, at: number): void => {
  const { member } = person;
  if (!isPresent(member.state, instantAt(at))) return;
  const { random, backend } = world;
  const own = isActive(person) ? `member:${member.id.id}` : backend;
  const what = random.weighted({ name: 3, metadata: 5, untrusted: 2, externalId: 1, phone: 1, mfa: 1 });
  const wish = ((): Wish<MemberCommand> => {
    switch (what) {
      case 'name':
        return { type: 'RenameMember', data: { name: personName(random, 0).full } };
      case 'metadata':
        return { type: 'MergeTrustedMetadata', data: { changes: metadata(world) } };
      case 'untrusted':
        return {
          type: 'MergeUntrustedMetadata',
          data: { changes: { theme: random.pick(['light', 'dark']), tips: random.chance(0.5) } },
        };
      case 'externalId':
        return { type: 'AssignExternalId', data: { externalId: `u-${world.nextNumber()}` } };
      case 'phone':
        return member.state.mfa.phoneNumber === null
          ? {
              type: 'SetMfaPhoneNumber',
              data: { phoneNumber: `+1555${1_000_000 + random.integer(9_000_000)}` },
            }
          : { type: 'SetMfaEnrolment', data: { enrolled: false } };
      case 'mfa':
        return { type: 'SetMfaEnrolment', data: { enrolled: false } };
    }
  })();
  const actor = what === 'metadata' || what === 'externalId' ? backend : own;
  world.step(at, actor, 'change profile', (step) => changeMember(step, company, person, wish));
};

/** Made a steward, or no longer one; never the last one by a member's hand (R7). */
export const changeRole = (world: World, company: Company, person: Person, at: number): void => {
  const { member } = person;
  if (!isActive(person)) return;
  const is = isSteward(member.state);
  if (is && company.stewards.state.memberIds.length < 2) return;
  const roles = is ? [] : [adminRole];
  world.step(at, world.backend, 'assign roles', (step) =>
    changeMember(step, company, person, { type: 'AssignRoles', data: { roles } }),
  );
};

/** Somebody leaves; some come back a while later (R16). */
export const leave = (world: World, company: Company, person: Person, at: number): void => {
  const { random } = world;
  const { member } = person;
  if (member.state.status === 'absent' || member.state.status === 'deleted') return;
  if (isSteward(member.state) && company.stewards.state.memberIds.length < 2) return;
  const cause = random.chance(0.2) ? 'left' : 'deleted';
  const actor = cause === 'left' && isActive(person) ? `member:${member.id.id}` : world.backend;
  world.step(at, actor, 'deactivate member', (step) =>
    changeMember(step, company, person, { type: 'DeactivateMember', data: { cause } }),
  );
  const { wasActive, email } = member.state;
  if (!wasActive || !email.verified || !random.chance(0.3)) return;
  world.timeline.plan(at + random.integer(20 * 86_400_000), (then) =>
    world.step(then, world.backend, 'reactivate member', (step) =>
      changeMember(step, company, person, { type: 'ReactivateMember', data: {} }),
    ),
  );
};

/** A member moves to another address and proves it, or lets it be. */
export const moveAddress = (world: World, company: Company, person: Person, at: number): void => {
  const { member } = person;
  if (!isActive(person) || !member.state.email.verified) return;
  const { random } = world;
  const { mailbox } = personName(random, world.nextNumber());
  const address = `${mailbox}@${company.domain}`;
  const actor = `member:${member.id.id}`;
  world.step(at, actor, 'start email update', (step) =>
    changeMember(step, company, person, {
      type: 'StartEmailUpdate',
      data: { emailId: world.newId('member-email', at), address, until: plusMinutes(step.at, 5) },
    }),
  );
  if (random.chance(0.3)) return;
  world.timeline.plan(at + 60_000 + random.integer(120_000), (then) => {
    if (!isActive(person) || member.state.inFlight?.address !== address) return;
    person.code = undefined;
    world.step(then, actor, 'prove address', (step) =>
      changeMember(step, company, person, { type: 'ProveAddress', data: { address } }),
    );
  });
};
