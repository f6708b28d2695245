import { DomainError, type Json } from '@muster/kernel';
import type { PipeTransform, Type } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { getMetadataStorage, validate, type ValidationError } from 'class-validator';
import { ignoredFields } from '../request-scope.ts';
import { plainTextBody } from './plain-text.body.ts';

/** What is wrong, and where: a JSON pointer (RFC 6901). */
type FieldError = { readonly pointer: string; readonly message: string };

const knownFields = (type: Type): ReadonlySet<string> =>
  new Set(
    getMetadataStorage()
      .getTargetValidationMetadatas(type, '', false, false)
      .map(({ propertyName }) => propertyName),
  );

const errorsOf = (errors: readonly ValidationError[], path = ''): readonly FieldError[] =>
  errors.flatMap(({ property, constraints, children }) => {
    const pointer = `${path}/${property.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const own = Object.values(constraints ?? {}).map((message) => ({ pointer, message }));
    return [...own, ...errorsOf(children ?? [], pointer)];
  });

/** class-transformer takes a key `constructor`, at any depth, for the class of what it is in, and stumbles over it. */
const instanceOf = (type: Type, value: object): object => {
  try {
    return plainToInstance(type, value, { exposeDefaultValues: true });
  } catch (error) {
    const errors = [{ pointer: '', message: 'must not have a key named constructor' }];
    throw new DomainError('bad_request', { errors }, { cause: error });
  }
};

type Fields = Readonly<Record<string, unknown>>;

const validated = (type: Type, value: Fields, strict: boolean): object | Promise<object> =>
  plainTextBody(type, value) ?? checked(type, value, strict);

const checked = async (type: Type, value: Fields, strict: boolean): Promise<object> => {
  const instance = instanceOf(type, value);
  const errors = await validate(instance, { whitelist: true, forbidNonWhitelisted: strict });
  if (errors.length > 0)
    throw new DomainError('bad_request', { errors: errorsOf(errors) as unknown as Json });
  return instance;
};

const objectIn = (value: unknown): Record<string, unknown> => {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value))
    throw new DomainError('bad_request', { errors: [{ pointer: '', message: 'must be a JSON object' }] });
  return value as Record<string, unknown>;
};

/**
 * For calls of the wire: every parameter of the SDK is in the DTO, `null` means absent, and a field that no SDK knows is
 * ignored and named in `Muster-Ignored-Fields`.
 */
export const wireBody = (type: Type): PipeTransform => {
  const known = knownFields(type);
  return {
    transform: (value: unknown) => {
      const wanted: Record<string, unknown> = {};
      const ignored: string[] = [];
      for (const [name, field] of Object.entries(objectIn(value))) {
        if (field === null) continue;
        if (known.has(name)) wanted[name] = field;
        else if (/^[\w.-]{1,64}$/.test(name)) ignored.push(name);
      }
      if (ignored.length > 0) ignoredFields(ignored);
      return validated(type, wanted, false);
    },
  };
};

/** For our own endpoints: unknown fields are refused. */
export const strictBody = (type: Type): PipeTransform => ({
  transform: (value: unknown) => validated(type, objectIn(value), true),
});
