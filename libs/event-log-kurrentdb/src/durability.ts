import type { Durability } from '@muster/eventsourcing';

/** A cluster acknowledges by the majority of its nodes, one server by its own disk (E7). */
export const durabilityOf = (url: string): Durability => {
  const hosts = url
    .replace(/[/?][^@]*$/, '')
    .split('@')
    .at(-1)!;
  return /^\w+\+discover:/.test(url) || hosts.includes(',') ? 'quorum' : 'fsync';
};
