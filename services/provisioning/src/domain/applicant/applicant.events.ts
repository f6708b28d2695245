import type { Event } from '@muster/eventsourcing';

/**
 * What is recorded of somebody who applied with an address, and became no member by it, is to be unreadable from here on
 * (R54). `memberIds`: the ids they would have got as members, whose keys go.
 */
export type ApplicantErased = Event<'ApplicantErased', { readonly memberIds: readonly string[] }>;

export type ApplicantEvent = ApplicantErased;
