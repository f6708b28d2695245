import type { AnyProjection } from '@muster/eventsourcing';
import { openLoginsProjection } from './open-logins/open-logins.projection.ts';
import { sessionsByMemberProjection } from './sessions-by-member/sessions-by-member.projection.ts';

/** Every view of this service. */
export const projections = (): readonly AnyProjection[] => [openLoginsProjection, sessionsByMemberProjection];
