import { type AggregateId, type Command, type Decider, defineAggregate } from '@muster/eventsourcing';
import type { ApplicantErased, ApplicantEvent } from './applicant.events.ts';

type EraseApplicant = Command<'EraseApplicant', ApplicantErased['data']>;
export type ApplicantCommand = EraseApplicant;

/** All ids that were ever erased with the address. Who applies again afterwards gets others. */
export type Applicant = { readonly erased: readonly string[] };

export const applicantDecider: Decider<ApplicantCommand, ApplicantEvent, Applicant> = {
  initialState: { erased: [] },
  decide: ({ erased }, { data }) => {
    const memberIds = [...new Set(data.memberIds)].filter((memberId) => !erased.includes(memberId));
    return memberIds.length === 0 ? [] : [{ type: 'ApplicantErased', data: { memberIds } }];
  },
  evolve: ({ erased }, { data }) => ({ erased: [...erased, ...data.memberIds] }),
};

export const applicants = defineAggregate<ApplicantCommand, ApplicantEvent, Applicant>({
  category: 'applicant',
  retention: 'permanent',
  decider: applicantDecider,
  events: { ApplicantErased: { version: 1 } },
});

/** One stream per address in an organization; the hash is keyed, so the name tells nothing about the address. */
export const applicantId = (
  organization: Omit<AggregateId, 'id'> & { readonly organizationId: string },
  addressHash: string,
): AggregateId => ({ ...organization, id: `${organization.organizationId}.${addressHash}` });
