import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto';

/** An answer as it went over the wire. */
export type KeptAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** AES-256-GCM, bound to the request it answers: nonce, tag, ciphertext. */
export const sealAnswer = (key: KeyObject, answer: KeptAnswer, boundTo: string): Uint8Array => {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(boundTo));
  const text = Buffer.concat([cipher.update(JSON.stringify(answer), 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), text]);
};

/** The answer, or undefined where it was sealed with another key, for another request, or altered. */
export const openAnswer = (key: KeyObject, sealed: Uint8Array, boundTo: string): KeptAnswer | undefined => {
  try {
    const nonce = sealed.subarray(0, NONCE_BYTES);
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(boundTo)).setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    const text = decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES), undefined, 'utf8');
    return JSON.parse(text + decipher.final('utf8')) as KeptAnswer;
  } catch {
    return undefined;
  }
};
