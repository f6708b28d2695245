import { Transform } from 'class-transformer';
import { ValidateBy } from 'class-validator';

/** Keeps a value as it was parsed: what the application stores with us is not ours to transform. */
export const AsIs = (): PropertyDecorator =>
  Transform(({ obj, key }: { obj: Record<string, unknown>; key: string }) => obj[key]);

const MOST_TENANTS = 200;

const isTexts = (value: unknown): boolean =>
  Array.isArray(value) && value.length <= MOST_TENANTS && value.every((text) => typeof text === 'string');

/** `{"slack": ["T1"], …}`: lists of tenant ids by provider. */
export const IsTenantsByProvider = (): PropertyDecorator =>
  ValidateBy({
    name: 'isTenantsByProvider',
    validator: {
      validate: (value: unknown) =>
        typeof value === 'object' &&
        value !== null &&
        !Array.isArray(value) &&
        Object.values(value).every(isTexts),
      defaultMessage: () => 'must be an object of lists of tenant ids by provider',
    },
  });

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;

/** A point in time in RFC 3339, with its offset. */
export const IsInstant = (): PropertyDecorator =>
  ValidateBy({
    name: 'isInstant',
    validator: {
      validate: (value: unknown) =>
        typeof value === 'string' && INSTANT.test(value) && !Number.isNaN(Date.parse(value)),
      defaultMessage: () => 'must be a time in RFC 3339, such as 2027-01-01T00:00:00Z',
    },
  });
