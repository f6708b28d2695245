import type { BuildOptions, ViewSlot } from '@muster/eventsourcing';
import type { AgeRequest } from '@muster/operations';
import type { StoreSettings } from '../stores.ts';

/** What the worker opens for itself. The key travels in memory only, never by arguments or environment. */
export type WorkerSettings = StoreSettings & {
  readonly projectId: string;
  readonly masterKey: Uint8Array;
  readonly clockFile: string | undefined;
};

type UpTo = Pick<BuildOptions, 'upTo'>;

/** Work that takes long and computes much, as plain data. */
export type Job =
  | ({ readonly kind: 'build'; readonly slot: ViewSlot } & UpTo)
  | { readonly kind: 'compare'; readonly live: ViewSlot; readonly other: ViewSlot }
  | { readonly kind: 'checksum'; readonly slot: ViewSlot }
  | { readonly kind: 'verifyLog' }
  | { readonly kind: 'countLog' }
  | { readonly kind: 'ageLog'; readonly request: AgeRequest };

export type ToWorker =
  | { readonly type: 'do'; readonly id: number; readonly job: Job }
  | { readonly type: 'abort'; readonly id: number };

export type FromWorker =
  | { readonly type: 'ready' }
  | { readonly type: 'progress'; readonly id: number; readonly position: number; readonly head: number }
  | { readonly type: 'done'; readonly id: number; readonly result: unknown }
  | { readonly type: 'failed'; readonly id: number; readonly error: ThrownError };

/** An error as it crosses from thread to thread: its class stays behind. */
export type ThrownError = {
  readonly name: string;
  readonly message: string;
  /** Where it was an UnavailableError. */
  readonly dependency: string | null;
};
