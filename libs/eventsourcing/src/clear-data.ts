import type { JsonObject } from '@muster/kernel';
import { hasAged } from './ageing/retention.ts';
import type { EventDefinition } from './aggregate.ts';
import type { RecordedEvent } from './event-log.ts';
import { UnknownEventType } from './log-errors.ts';
import { erased } from './personal.ts';
import { BOX, boxOf } from './sealed-box.ts';

/**
 * An event's data as the newest version of its type, read without any key: what is sealed is `erased`, as it would be
 * after an erasure, so what is made of this never changes with one (E12). Undefined where ageing dropped it (E13).
 * @throws UnknownEventType where the version is newer than the definition
 */
export const clearDataOf = (
  recorded: Pick<RecordedEvent, 'type' | 'schemaVersion' | 'data'>,
  definition: EventDefinition<JsonObject>,
): JsonObject | undefined => {
  if (hasAged(recorded)) return undefined;
  const { type, schemaVersion, data } = recorded;
  if (schemaVersion > definition.version) throw new UnknownEventType(type, schemaVersion);
  let clear = withoutBox(data);
  for (let version = schemaVersion; version < definition.version; version++)
    clear = definition.upcasts![version]!(clear);
  return clear;
};

const withoutBox = (data: JsonObject): JsonObject => {
  const sealed = boxOf(data);
  if (!sealed) return data;
  const { [BOX]: _, ...clear } = data;
  return { ...clear, ...Object.fromEntries(sealed.fields.map((field) => [field, erased])) };
};
