import { millisecondsOf } from '@muster/kernel';
import type { HistoryWriter } from './history-writer.ts';
import { type History, type HistoryOptions, writeHistory } from './generate.ts';
import { invite, joinFromDiscovery, knockAsStranger, signUp } from './stories/admissions.ts';
import { changePolicy, foundCompany } from './stories/companies.ts';
import { discover, logInByCode, logInByLink } from './stories/logins.ts';
import { changeProfile, changeRole, createMember, leave, moveAddress } from './stories/members.ts';
import { useSession } from './stories/sessions.ts';
import type { Company, Person, World } from './world.ts';

const START = millisecondsOf('2025-10-01T00:00:00.000Z');
const YEAR = 365 * 86_400_000;
/** About how many events there are for one organization, and for one member, at the end. */
const EVENTS_PER_COMPANY = 2_500;
const EVENTS_PER_MEMBER = 22;

/** A few large customers, many small ones: sizes fall off as a power of the rank. */
const sizeOf = (rank: number, companies: number, members: number): number => {
  let sum = 0;
  for (let other = 1; other <= companies; other++) sum += other ** -0.9;
  return Math.max(2, Math.round((members * (rank + 1) ** -0.9) / sum));
};

/** What happens in a company, by how often. Those that are still growing take in more. */
const somethingHappens = (world: World, company: Company, at: number): void => {
  const { random } = world;
  const { people, size } = company;
  if (people.length === 0) return;
  if (people.length < size && random.chance(0.35)) return somebodyJoins(world, company, at);
  const person: Person = random.pick(people);
  const stories = {
    code: () => logInByCode(world, company, person, at),
    link: () => logInByLink(world, company, person, at),
    discovery: () => discover(world, company, person, at),
    session: () => useSession(world, company, at),
    profile: () => changeProfile(world, company, person, at),
    role: () => changeRole(world, company, person, at),
    leave: () => leave(world, company, person, at),
    address: () => moveAddress(world, company, person, at),
    policy: () => changePolicy(world, company, at),
    stranger: () => knockAsStranger(world, company, at),
  };
  const often = { code: 30, link: 12, discovery: 5, session: 35, profile: 8 };
  const story = random.weighted({ ...often, role: 1, leave: 1.5, address: 1, policy: 1.5, stranger: 1 });
  stories[story]();
};

const somebodyJoins = (world: World, company: Company, at: number): void => {
  const { random } = world;
  switch (random.weighted({ created: 3, invited: 4, signup: 3, discovery: 2 })) {
    case 'created':
      return void createMember(world, company, at);
    case 'invited':
      return invite(world, company, at);
    case 'signup':
      return signUp(world, company, at);
    case 'discovery':
      return joinFromDiscovery(world, company, at);
  }
};

const tellYear = async (
  world: World,
  writer: HistoryWriter,
  pause: () => Promise<void>,
  events: number,
): Promise<void> => {
  const companies = Math.max(3, Math.round(events / EVENTS_PER_COMPANY));
  const members = events / EVENTS_PER_MEMBER;
  // Which company signs up when: large ones are not all first.
  const ranks = Array.from({ length: companies }, (_, rank) => rank)
    .map((rank) => [world.random.next(), rank] as const)
    .sort(([a], [b]) => a - b)
    .map(([, rank]) => rank);
  const sizes = ranks.map((rank) => sizeOf(rank, companies, members));
  const cumulative: number[] = [];
  const { timeline } = world;
  while (writer.events < events) {
    const progress = writer.events / events;
    const at = Math.round(START + YEAR * progress);
    if (timeline.nextAt !== undefined && timeline.nextAt <= at) timeline.step();
    // Half of them are there at once, and all of them after three quarters of the year.
    else if (world.companies.length < companies * Math.min(1, 0.5 + progress * 0.67)) {
      const size = sizes[world.companies.length]!;
      foundCompany(world, size, at);
      cumulative.push((cumulative.at(-1) ?? 0) + size);
    } else somethingHappens(world, world.companies[chosen(cumulative, world.random.next())]!, at);
    await pause();
  }
  await finish(world, pause);
};

/** By size: where a number below 1 falls. */
const chosen = (cumulative: readonly number[], share: number): number => {
  const wanted = share * cumulative.at(-1)!;
  let [low, high] = [0, cumulative.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cumulative[middle]! <= wanted) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** Mails go out and logins end; what would be days ahead does not happen any more. */
const finish = async (world: World, pause: () => Promise<void>): Promise<void> => {
  const { timeline } = world;
  const end = (timeline.nextAt ?? 0) + 1_800_000;
  while (timeline.nextAt !== undefined && timeline.nextAt <= end) {
    timeline.step();
    await pause();
  }
};

/** A simulated year of organizations of mixed size, with at least so many events. */
export const generateYear = (options: HistoryOptions & { readonly events: number }): Promise<History> =>
  writeHistory(options, (world, writer, pause) => tellYear(world, writer, pause, options.events));
