import type { Random } from './random.ts';

const first =
  'ada ben carol dan eva finn gwen hugo ines jon kira leo mia noah olga paul quinn rosa sam tess uma vito wanda xena yann zoe'.split(
    ' ',
  );
const last =
  'abel berg costa diaz eklund fischer garcia hansen ivanov jensen keller lopez moreau novak olsen petit quist rossi silva torres ueda vega weber xu young zhang'.split(
    ' ',
  );
const companies =
  'acorn birch cobalt delta ember falcon granite harbor indigo juniper kestrel lumen maple nimbus onyx pioneer quartz ripple summit tundra umbra vertex willow xenon yarrow zephyr'.split(
    ' ',
  );
const trades = 'works labs systems media logistics health energy foods studio bank'.split(' ');

export type Name = { readonly full: string; readonly mailbox: string };

const capital = (word: string): string => word[0]!.toUpperCase() + word.slice(1);

/** A name, and what stands before the `@`: with a number, so that nobody's is another one's. */
export const personName = (random: Random, number: number): Name => {
  const [given, family] = [random.pick(first), random.pick(last)];
  return { full: `${capital(given)} ${capital(family)}`, mailbox: `${given}.${family}${number}` };
};

/** A company's name, and its slug, which is also the first label of its domain. */
export const companyName = (
  random: Random,
  number: number,
): { readonly name: string; readonly slug: string } => {
  const [word, trade] = [random.pick(companies), random.pick(trades)];
  return { name: `${capital(word)} ${capital(trade)}`, slug: `${word}-${trade}-${number}` };
};
