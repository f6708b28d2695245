import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import type { JsonObject } from '@muster/kernel';
import type { RecordedEvent } from './event-log.ts';
import { SealBroken } from './log-errors.ts';

/** The field of an event's data that holds what is sealed: one box, one key. */
export const BOX = '$sealed';

/** `box` is empty where the key was already destroyed when the event was written. */
export type SealedBox = { readonly key: string; readonly box: string; readonly fields: readonly string[] };

type Place = Pick<RecordedEvent, 'organizationId' | 'stream' | 'eventId' | 'type'>;

/** The sealed part of an event's data, where there is one. */
export const boxOf = (data: JsonObject): SealedBox | undefined => data[BOX] as SealedBox | undefined;

/** Binds a box to its organization, stream and event: moved elsewhere, it does not open (E12). */
const boundTo = ({ organizationId, stream, eventId, type }: Place): Buffer =>
  Buffer.from([organizationId ?? '_', stream, eventId, type].join('|'));

/** Node takes three times as long over a key's bytes as over its key object. Forgotten with the bytes. */
const keyObjects = new WeakMap<Uint8Array, KeyObject>();
const keyObjectOf = (key: Uint8Array): KeyObject => {
  const known = keyObjects.get(key);
  if (known) return known;
  const made = createSecretKey(key);
  keyObjects.set(key, made);
  return made;
};

/** AES-256-GCM over the fields: base64 of nonce (12 bytes), tag (16), ciphertext. */
export const sealBox = (key: Uint8Array, plain: JsonObject, place: Place): string => {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', keyObjectOf(key), nonce).setAAD(boundTo(place));
  const text = Buffer.concat([cipher.update(JSON.stringify(plain), 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), text]).toString('base64');
};

/** @throws SealBroken where the box was sealed with another key or for another place, or altered */
export const openBox = (key: Uint8Array, box: string, place: Place): JsonObject => {
  const bytes = Buffer.from(box, 'base64');
  try {
    const nonce = bytes.subarray(0, 12);
    const decipher = createDecipheriv('aes-256-gcm', keyObjectOf(key), nonce, { authTagLength: 16 });
    decipher.setAAD(boundTo(place)).setAuthTag(bytes.subarray(12, 28));
    const plain = decipher.update(bytes.subarray(28));
    decipher.final(); // Gives nothing more, and throws where the tag does not fit.
    return JSON.parse(plain.toString());
  } catch {
    throw new SealBroken(place.eventId);
  }
};
