import type { SeededRandom } from '@muster/testkit';
import { Company, GivenUp } from './company.ts';
import {
  askToJoin,
  checkSession,
  discover,
  exchange,
  invite,
  logInByCode,
  logInByLink,
  revoke,
  signUp,
} from './login-steps.ts';
import {
  appointSteward,
  assignRoles,
  createMember,
  found,
  rename,
  setSessionPolicy,
  writeRules,
} from './member-steps.ts';

type Step = (company: Company) => Promise<unknown>;

const STEPS: readonly (readonly [weight: number, step: Step])[] = [
  [4, createMember],
  [3, assignRoles],
  [1, rename],
  [1, setSessionPolicy],
  [1, writeRules],
  [3, logInByCode],
  [3, logInByLink],
  [3, signUp],
  [2, invite],
  [3, discover],
  [1, askToJoin],
  [3, exchange],
  [2, revoke],
  [3, checkSession],
];

/** What happens until it is over: each company takes one step after the other, companies side by side. */
export const work = async (company: Company, random: SeededRandom, over: () => boolean): Promise<void> => {
  for (const beginning of [found, settle]) while (!(await step(company, beginning)) && !over());
  while (company.people.length === 0 && !over()) await step(company, createMember);
  while (!over()) await step(company, random.weighted(STEPS));
};

const settle: Step = async function settle(company) {
  await logInByLink(company, await appointSteward(company));
};

/** Whether it was taken to its end. */
const step = async (company: Company, take: Step): Promise<boolean> => {
  const { told } = company;
  try {
    await take(company);
    told.steps[take.name] = (told.steps[take.name] ?? 0) + 1;
    return true;
  } catch (error) {
    if (!(error instanceof GivenUp))
      told.wrong.push(
        `${take.name} of ${company.name}: ${error instanceof Error ? error.message : String(error)}`,
      );
    return false;
  }
};
