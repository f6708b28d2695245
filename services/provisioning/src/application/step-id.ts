import { commandHash } from '@muster/eventsourcing';

/** The command id of one step of something larger: the same step asked for again is the same command (E5). */
export const stepId = (...parts: readonly string[]): string => commandHash(parts);
