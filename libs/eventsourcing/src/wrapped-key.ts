import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto';

/** A wrapped key does not open under its id: it was altered or put in another one's place. */
export class WrappedKeyBroken extends Error {
  constructor(readonly keyId: string) {
    super(`the wrapped key of ${keyId} does not open`);
    this.name = 'WrappedKeyBroken';
  }
}

/** The key store was made with another master key. */
export class WrongMasterKey extends Error {
  constructor(store: string, options?: ErrorOptions) {
    super(`the master key does not open the key store ${store}`, options);
    this.name = 'WrongMasterKey';
  }
}

/** AES-256-GCM under the master key, bound to the key's id: nonce (12 bytes), tag (16), the wrapped key. */
export const wrapKey = (masterKey: KeyObject, keyId: string, key: Uint8Array): Uint8Array => {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', masterKey, nonce).setAAD(Buffer.from(keyId));
  const text = Buffer.concat([cipher.update(key), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), text]);
};

/** @throws WrappedKeyBroken where the bytes were wrapped with another master key or for another id, or altered */
export const unwrapKey = (masterKey: KeyObject, keyId: string, wrapped: Uint8Array): Uint8Array => {
  try {
    const nonce = wrapped.subarray(0, 12);
    const decipher = createDecipheriv('aes-256-gcm', masterKey, nonce, { authTagLength: 16 });
    decipher.setAAD(Buffer.from(keyId)).setAuthTag(wrapped.subarray(12, 28));
    const key = decipher.update(wrapped.subarray(28));
    decipher.final(); // Gives nothing more, and throws where the tag does not fit.
    return new Uint8Array(key.buffer, key.byteOffset, key.length);
  } catch {
    throw new WrappedKeyBroken(keyId);
  }
};
