import type { IdType, Instant, Json, JsonObject } from '@muster/kernel';

declare const described: unique symbol;

/** A JSON schema (draft 2020-12) together with the type it describes, so that neither can be changed alone. */
export type Schema<T> = JsonObject & { readonly [described]?: T };

/** What a schema describes. */
export type Described<S> = S extends { readonly [described]?: infer T } ? Exclude<T, undefined> : never;

type Properties = Readonly<Record<string, Schema<unknown>>>;
export type ObjectOf<P extends Properties> = { readonly [Name in keyof P]: Described<P[Name]> };

/** An id that Muster gave out. */
export const id = (type: IdType): Schema<string> => ({
  type: 'string',
  pattern: `^${type}-(test|live)-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`,
});

/** What somebody gave a meaning to: the id of a role or a rule, the code of a reason. */
export const word: Schema<string> = { type: 'string', minLength: 1 };

export const emailDomain: Schema<string> = { type: 'string', pattern: '^[^@\\s]{1,253}$' };

export const instant: Schema<Instant> = {
  type: 'string',
  pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$',
};

export const count: Schema<number> = { type: 'integer', minimum: 0 };

export const yesOrNo: Schema<boolean> = { type: 'boolean' };

/** Always this value. */
export const always = <const T extends Json>(value: T): Schema<T> => ({ const: value });

export const oneOf = <const T extends string>(...values: readonly T[]): Schema<T> => ({ enum: values });

export const orNull = <T>(schema: Schema<T>): Schema<T | null> => ({ anyOf: [schema, { type: 'null' }] });

export const listOf = <T>(items: Schema<T>): Schema<readonly T[]> => ({ type: 'array', items });

/** Exactly these properties, each of them always there. */
export const object = <P extends Properties>(properties: P): Schema<ObjectOf<P>> => ({
  type: 'object',
  additionalProperties: false,
  required: Object.keys(properties),
  properties,
});
