import type { WireErrorType } from '@muster/contracts';
import { canonicalJson, DomainError, type JsonObject } from '@muster/kernel';

const MAX_KEYS = 20;
const MAX_BYTES = 4_096;

/**
 * Metadata after a change: top-level keys only are merged, `null` deletes one, nested values are replaced whole.
 * @throws DomainError metadata_too_large past 20 top-level keys or 4 KB
 */
export const mergeMetadata = (current: JsonObject, change: JsonObject, pointer: string): JsonObject => {
  const merged = Object.fromEntries(
    Object.entries({ ...current, ...change }).filter(([, value]) => value !== null),
  );
  const bytes = new TextEncoder().encode(canonicalJson(merged)).length;
  if (Object.keys(merged).length > MAX_KEYS || bytes > MAX_BYTES)
    throw new DomainError<WireErrorType>('metadata_too_large', { pointer });
  return merged;
};
