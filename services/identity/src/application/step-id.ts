import { createHash } from 'node:crypto';

/** The id of one step of something larger: the same step asked for again is the same command (E5). */
export const stepId = (...parts: readonly string[]): string =>
  createHash('sha256').update(parts.join('\0')).digest('base64url');
