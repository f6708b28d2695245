import type { Durability } from '@muster/eventsourcing';

/** A cluster acknowledges by the majority of its nodes, one server by its own disk (E7). */
export const durabilityOf = (url: string): Durability => {
  const [scheme = '', rest = ''] = url.split('://');
  const hosts = rest.split(/[/?]/)[0]!.split('@').at(-1)!;
  return scheme.endsWith('+discover') || hosts.includes(',') ? 'quorum' : 'fsync';
};
