import type { Json } from '@muster/kernel';

/** The same plain data with field names as the wire has them. Only for records whose field names are all our own. */
export const wireNames = (value: unknown): Json => {
  if (value === null || typeof value !== 'object') return (value ?? null) as Json;
  if (Array.isArray(value)) return value.map(wireNames);
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [
      name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      wireNames(field),
    ]),
  );
};
