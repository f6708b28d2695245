import type { Type } from '@nestjs/common';
import { getMetadataStorage } from 'class-validator';

type Texts = {
  /** Fields that may be any text. */
  readonly fields: ReadonlySet<string>;
  readonly required: readonly string[];
};

const known = new WeakMap<Type, Texts>();

/** Of a body's fields, those of which nothing is asked but to be text. */
const textsOf = (type: Type): Texts => {
  const found = known.get(type);
  if (found) return found;
  const checks = getMetadataStorage().getTargetValidationMetadatas(type, '', false, false);
  const fields: string[] = [];
  const required: string[] = [];
  for (const name of new Set(checks.map(({ propertyName }) => propertyName))) {
    const asked = checks.filter(({ propertyName }) => propertyName === name);
    if (!asked.some((check) => check.name === 'isOptional')) required.push(name);
    const isText = asked.some((check) => check.name === 'isString' && !check.each);
    if (isText && asked.every((check) => check.name === 'isString' || check.name === 'isOptional'))
      fields.push(name);
  }
  const texts = { fields: new Set(fields), required };
  known.set(type, texts);
  return texts;
};

/**
 * A body of nothing but text where text is all that is asked for, as its class: what most calls of the wire are. The
 * validator would come to the same after a good part of the time that the whole call takes. Undefined: let it look.
 */
export const plainTextBody = (type: Type, value: Readonly<Record<string, unknown>>): object | undefined => {
  const { fields, required } = textsOf(type);
  for (const [name, field] of Object.entries(value))
    if (typeof field !== 'string' || !fields.has(name)) return undefined;
  if (!required.every((name) => Object.hasOwn(value, name))) return undefined;
  return Object.assign(new type() as object, value);
};
