import type { MailWords } from '../application/ports.ts';
import { shownName } from './shown-name.ts';

const UNITS = [
  ['week', 10_080],
  ['day', 1_440],
  ['hour', 60],
  ['minute', 1],
] as const;

/** `1 week`, `3 days`, `90 minutes`: in the largest unit that says it exactly. */
export const duration = (minutes: number): string => {
  const [unit, size] = UNITS.find(([, candidate]) => minutes % candidate === 0) ?? (['minute', 1] as const);
  const count = minutes / size;
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
};

/** The organization's name, fit to be shown; something plain where none was given. */
export const organizationOf = ({ values }: MailWords): string =>
  shownName(values.organization ?? '') || 'your organization';

export const linkIsGoodFor = (minutes: number): string =>
  `The link is valid for ${duration(minutes)} and works once.`;

export const codeIsGoodFor = (minutes: number): string =>
  `The code is valid for ${duration(minutes)} and works once. Never give it to anybody.`;

export const notAskedFor =
  'If you did not ask for this, you can ignore this mail: nothing happens without it.';
