import type { PublicEventSource } from '@muster/contracts';
import { memberPublicEvents } from './public-events/member.public-events.ts';
import { organizationPublicEvents } from './public-events/organization.public-events.ts';
import { stewardsPublicEvents } from './public-events/stewards.public-events.ts';

/** Which of this service's facts are everybody's, and how they are told (E32). */
export const publicEvents: readonly PublicEventSource[] = [
  organizationPublicEvents,
  memberPublicEvents,
  stewardsPublicEvents,
];
