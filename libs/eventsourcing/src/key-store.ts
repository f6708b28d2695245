import type { AggregateId } from './stream-name.ts';

/** The id of a subject's key, in an organization or outside of any. */
export const sealingKeyId = (
  { projectId, organizationId }: Omit<AggregateId, 'id'>,
  subjectId: string,
): string => `${projectId}/${organizationId ?? '_'}/${subjectId}`;

/** Key ids from one on, up to another that is not among them, compared as UTF-8 bytes. */
export type KeyRange = { readonly from: string; readonly before: string };

/**
 * Holds one sealing key per subject; the only store besides the log that must be backed up (E12).
 * A key id is `<projectId>/<organizationId or _>/<subjectId>`.
 */
export interface KeyStore {
  /** The subject's key, created durably at its first mention; undefined where it was destroyed: it stays destroyed. */
  ensure(keyId: string): Promise<Uint8Array | undefined>;
  /** The keys that exist among these ids. */
  find(keyIds: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>>;
  /** Those of the ids that were destroyed. Neither found nor destroyed is lost, which is not to be taken for erased. */
  destroyed(keyIds: readonly string[]): Promise<ReadonlySet<string>>;
  /** The first ids in a range whose keys exist, in order. */
  list(range: KeyRange, limit: number): Promise<readonly string[]>;
  /** Makes all that was sealed with the key unreadable, for ever; an id never seen is destroyed in advance. */
  destroy(keyId: string): Promise<void>;
  close(): Promise<void>;
}
