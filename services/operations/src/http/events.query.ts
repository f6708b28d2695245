import type { PublicEventMapper, WireErrorType } from '@muster/contracts';
import { DomainError, isId, type Json } from '@muster/kernel';
import type { FeedFilter } from '../application/event-feed.ts';
import type { EventsQuery } from './events.dto.ts';

const DEFAULT_LIMIT = 100;
const MOST_EVENTS = 1_000;
const MOST_SECONDS = 30;

/** What a request asks of the feed, checked. */
export type AskedEvents = {
  readonly after: number;
  readonly filter: FeedFilter;
  readonly limit: number;
  readonly waitMilliseconds: number;
};

export const reject = (pointer: string, message: string): never => {
  throw new DomainError<WireErrorType>('bad_request', { errors: [{ pointer, message }] as Json });
};

const within = (pointer: string, text: string, least: number, most: number): number => {
  const value = Number(text);
  return value >= least && value <= most ? value : reject(pointer, `must be from ${least} to ${most}`);
};

/** `muster.member.*,muster.organization.deleted.v1`: the stored types that lead there. */
const typesIn = (list: string, mapper: PublicEventMapper): ReadonlySet<string> => {
  const found = list.split(',').map((pattern, index) => {
    const known = mapper.typesFor(pattern.trim());
    return known ?? reject(`/types/${index}`, 'no type of event has this name, or begins like it');
  });
  return new Set(found.flatMap((types) => [...types]));
};

const organizationIn = (organization: string): string =>
  isId('organization', organization)
    ? organization
    : reject('/organization', 'must be the id of an organization');

/** @throws DomainError bad_request, pointing at the parameter */
export const askedEvents = (query: EventsQuery, mapper: PublicEventMapper): AskedEvents => ({
  after: Number(query.after ?? 0),
  filter: {
    types: query.types === undefined ? undefined : typesIn(query.types, mapper),
    organizationId: query.organization === undefined ? undefined : organizationIn(query.organization),
  },
  limit: query.limit === undefined ? DEFAULT_LIMIT : within('/limit', query.limit, 1, MOST_EVENTS),
  waitMilliseconds: query.wait === undefined ? 0 : within('/wait', query.wait, 0, MOST_SECONDS) * 1_000,
});
