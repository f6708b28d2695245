import type { Client } from './client.ts';

/** Few enough that everybody meets everybody, which is what finds bugs. */
const DOMAINS = ['ash.example', 'elm.example', 'oak.example'];
const PEOPLE_PER_DOMAIN = 6;

/** Marks what nobody may find in clear: the start of every address' local part, and of every name (E12). */
export const PERSONAL = 'zaphod';

/** Somebody's address. */
export const somebody = ({ random }: Client): string =>
  `${PERSONAL}${random.below(PEOPLE_PER_DOMAIN)}@${random.pick(DOMAINS)}`;

export const someName = (client: Client): string => client.unique(PERSONAL);

export const domains = DOMAINS;
