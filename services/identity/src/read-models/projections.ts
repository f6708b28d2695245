import type { AnyProjection } from '@muster/eventsourcing';
import { outboxProjection } from './outbox/outbox.projection.ts';

/** Every view of this service. */
export const projections = (): readonly AnyProjection[] => [outboxProjection];
