import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** AES-256-GCM under the master key, bound to the key's id: nonce (12 bytes), tag (16), the wrapped key. */
export const wrapKey = (masterKey: Uint8Array, keyId: string, key: Uint8Array): Uint8Array => {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', masterKey, nonce).setAAD(Buffer.from(keyId));
  const text = Buffer.concat([cipher.update(key), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), text]);
};

/** Throws where the bytes were wrapped with another master key or for another id, or altered. */
export const unwrapKey = (masterKey: Uint8Array, keyId: string, wrapped: Uint8Array): Uint8Array => {
  const decipher = createDecipheriv('aes-256-gcm', masterKey, wrapped.subarray(0, 12), { authTagLength: 16 });
  decipher.setAAD(Buffer.from(keyId)).setAuthTag(wrapped.subarray(12, 28));
  return new Uint8Array(Buffer.concat([decipher.update(wrapped.subarray(28)), decipher.final()]));
};
