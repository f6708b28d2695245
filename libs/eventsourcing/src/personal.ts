import type { Json } from '@muster/kernel';

/** What decoding gives for personal data whose key was destroyed (R54, E12). */
export type Erased = { readonly erased: true };

/** A sealed field: its value, or `Erased` for ever once the subject was erased. */
export type Personal<T extends Json> = T | Erased;

export const erased: Erased = { erased: true };

export const isErased = (value: unknown): value is Erased =>
  typeof value === 'object' && value !== null && 'erased' in value && value.erased === true;

/** The value of a sealed field, or undefined where its subject was erased. */
export const readable = <T extends Json>(value: Personal<T>): T | undefined =>
  isErased(value) ? undefined : (value as T);
