import type { WireErrorType } from '@muster/contracts';
import { ReservationTaken } from '@muster/eventsourcing';
import { DomainError } from '@muster/kernel';

/** What the caller is told where another organization holds a name. By the kind of the reservation. */
const errors: Readonly<Record<string, WireErrorType>> = {
  slug: 'organization_slug_already_used',
  'external-id': 'organization_external_id_already_used',
  'domain-claim': 'organization_settings_duplicate_claimed_domain',
};

/** Lets work through, and says in the wire's words that a name of an organization was taken (R5, R6). */
export const namingOrganizations = async <T>(work: Promise<T>): Promise<T> => {
  try {
    return await work;
  } catch (error) {
    const code = error instanceof ReservationTaken ? errors[error.held.kind] : undefined;
    throw code === undefined ? error : new DomainError<WireErrorType>(code, {}, { cause: error });
  }
};
