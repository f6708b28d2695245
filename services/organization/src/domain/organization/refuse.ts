import type { Reason, WireErrorType } from '@muster/contracts';
import { DomainError, type JsonObject } from '@muster/kernel';

/** Ends a decision: a rule said no. `pointer` names the field of the request it is about (RFC 6901). */
export const refuse = (code: WireErrorType, pointer?: string, reasons?: readonly Reason[]): never => {
  const details: JsonObject = {
    ...(pointer === undefined ? {} : { pointer }),
    ...(reasons === undefined ? {} : { reasons }),
  };
  throw new DomainError<WireErrorType>(code, details);
};
