import type { Factor } from '@muster/contracts';
import { instantAt } from '@muster/kernel';
import type { Company, Person, ToldEmailCode, World } from '../world.ts';
import { changeMember, isActive } from './members.ts';
import { addresseeOf, nobody, sendCode, sendLink, type ToldLink } from './proofs.ts';
import {
  exchange,
  mint,
  openBag,
  refuseLogin,
  startLogin,
  type ToldBag,
  type ToldLogin,
} from './sessions.ts';

const SECOND = 1_000;

const codesOf = (world: World, { organizationId }: Company, person: Person): ToldEmailCode =>
  (person.code ??= world.codes(organizationId, person.member.state.email.address));

const letterTo = (company: Company, person: Person) => ({
  company,
  addressee: addresseeOf(company, person),
  address: person.member.state.email.address,
  emailId: person.member.state.email.emailId,
  memberCreated: false,
});

/** True where the organization takes this method now. */
export const allows = ({ organization }: Company, method: Factor['method']): boolean => {
  const { mode, allowed } = organization.state.authentication;
  return mode === 'ALL_ALLOWED' || allowed.includes(method);
};

/** A login counts for the member only after their address is known to be proven. */
export const enter = (
  world: World,
  company: Company,
  person: Person,
  by: { readonly login: ToldLogin; readonly method: Factor['method']; readonly at: number },
): void => {
  const { login, at } = by;
  if (!isActive(person)) return refuseLogin(world, login, at, 'admission_refused');
  const { address, verified } = person.member.state.email;
  if (!verified)
    world.step(at, world.backend, 'prove address', (step) =>
      changeMember(step, company, person, { type: 'ProveAddress', data: { address } }),
    );
  mint(world, company, person, { ...by, at: at + 2 });
};

/** One guess at a code; counted before it is told (R19). */
const guess = (
  world: World,
  codes: ToldEmailCode,
  person: Person | null,
  { flowId, matches, at }: { readonly flowId: string; readonly matches: boolean; readonly at: number },
): boolean => {
  const now = instantAt(at);
  const { current, failures } = codes.state;
  const locked = person !== null && now < person.attempts.state.lockedUntil;
  if (locked || !current || now >= current.expiresAt || failures >= 9) return false;
  world.step(at, world.backend, 'redeem email code', (step) => {
    step.execute(codes, { type: 'RedeemEmailCode', data: { flowId, matches } });
    if (current.memberId !== null && person)
      step.execute(person.attempts, {
        type: 'CountAttempt',
        data: { method: 'email_otp', succeeded: matches },
      });
  });
  return matches;
};

/** A code is asked for, arrives, and is typed in: mostly right, sometimes wrong first, sometimes never. */
export const logInByCode = (world: World, company: Company, person: Person, at: number): void => {
  if (!isActive(person) || !allows(company, 'email_otp')) return;
  const { random } = world;
  const codes = codesOf(world, company, person);
  sendCode(world, codes, at, { ...letterTo(company, person), purpose: 'login' });
  const { generation } = codes.state;
  if (random.chance(0.05)) return;
  const wrong = random.chance(0.08) ? 1 + random.integer(4) : 0;
  for (let tries = 0; tries <= wrong; tries++)
    world.timeline.plan(at + (15 + tries * 20 + random.integer(15)) * SECOND, (then) => {
      // Another code was asked for meanwhile, or the address is another one now: this one is dead.
      if (codes.state.generation !== generation || person.code !== codes) return;
      const login = startLogin(world, then, 'email_otp', 'organization');
      const matches = tries === wrong;
      const right = guess(world, codes, person, { flowId: login.id.id, matches, at: then + 3 });
      const isStale = codes.state.current?.memberEpoch !== undefined && !isActive(person);
      if (!right || isStale) return refuseLogin(world, login, then + 4, 'unable_to_auth_otp_code');
      enter(world, company, person, { login, method: 'email_otp', at: then + 5 });
    });
};

/** Clicks a link at that time; a link that has run out, or was sent to somebody disabled since, is refused. */
const click = (
  world: World,
  link: ToldLink,
  at: number,
  go: (login: ToldLogin) => void,
  isDead: () => boolean,
): void => {
  const login = startLogin(world, at, 'magic_link', 'organization');
  const { sent } = link.state;
  if (!sent || instantAt(at) >= sent.expiresAt || isDead())
    return refuseLogin(world, login, at + 3, 'unable_to_auth_magic_link');
  world.step(at + 3, world.backend, 'redeem email link', (step) =>
    step.execute(link, {
      type: 'RedeemEmailLink',
      data: { flowId: login.id.id, scope: 'organization', pkce: 'match' },
    }),
  );
  go(login);
};

export const logInByLink = (world: World, company: Company, person: Person, at: number): void => {
  if (!isActive(person) || !allows(company, 'magic_link')) return;
  const { random } = world;
  const { epoch, email } = person.member.state;
  const link = sendLink(world, at, { ...letterTo(company, person), purpose: 'login' });
  if (random.chance(0.07)) return;
  world.timeline.plan(at + (10 + random.integer(900)) * SECOND, (then) => {
    const isDead = () =>
      person.member.state.epoch !== epoch || person.member.state.email.address !== email.address;
    const go = (login: ToldLogin) =>
      enter(world, company, person, { login, method: 'magic_link', at: then + 5 });
    click(world, link, then, go, isDead);
  });
};

/** An invitation's link; what follows is for the door to say. */
export const clickInvitation = (
  world: World,
  link: ToldLink,
  at: number,
  go: (login: ToldLogin) => void,
  isDead: () => boolean,
): void => click(world, link, at, go, isDead);

/** Proves an address for no organization yet, and holds it in a bag. */
export const proveInDiscovery = (
  world: World,
  address: string,
  at: number,
  go: (bag: ToldBag, at: number) => void,
): void => {
  const { random } = world;
  const codes = world.codesInDiscovery(address);
  const emailId = world.newId('member-email', at);
  const letter = { company: null, addressee: nobody, address, emailId, memberCreated: false };
  sendCode(world, codes, at, { ...letter, purpose: 'discovery' });
  world.timeline.plan(at + (15 + random.integer(60)) * SECOND, (then) => {
    const login = startLogin(world, then, 'email_otp', 'discovery');
    const right = guess(world, codes, null, { flowId: login.id.id, matches: true, at: then + 3 });
    if (!right) return refuseLogin(world, login, then + 4, 'unable_to_auth_otp_code');
    const bag = openBag(world, login, then + 4, { address, emailId });
    world.timeline.plan(then + (3 + random.integer(30)) * SECOND, (later) => go(bag, later));
  });
};

/** Somebody looks where they can go, and enters. */
export const discover = (world: World, company: Company, person: Person, at: number): void => {
  const { address, verified } = person.member.state.email;
  if (!isActive(person) || !verified || !allows(company, 'email_otp')) return;
  proveInDiscovery(world, address, at, (bag, then) => {
    const stillThere = isActive(person) && person.member.state.email.address === address;
    if (stillThere) exchange(world, bag, company, person, then);
  });
};
