import { checkPrimeSync, type webcrypto } from 'node:crypto';
import { SeededRandom } from '@muster/testkit';

const PRIME_BYTES = 128;
const EXPONENT = 65_537n;

/**
 * RSA key pairs that every run finds in the same order: what a log holds of them is part of its history. Good for
 * nothing else, since everybody can have them.
 */
export const keyPair = (index: number): webcrypto.JsonWebKey =>
  (made[index % KEPT] ??= makePair(index % KEPT));

const KEPT = 3;
const made: webcrypto.JsonWebKey[] = [];

const makePair = (index: number): webcrypto.JsonWebKey => {
  const random = new SeededRandom(`key pair ${index}`);
  const [p, q] = [primeFrom(random), primeFrom(random)];
  const d = inverse(EXPONENT, (p - 1n) * (q - 1n));
  return {
    kty: 'RSA',
    n: base64Url(p * q),
    e: base64Url(EXPONENT),
    d: base64Url(d),
    p: base64Url(p),
    q: base64Url(q),
    dp: base64Url(d % (p - 1n)),
    dq: base64Url(d % (q - 1n)),
    qi: base64Url(inverse(q, p)),
  };
};

const primeFrom = (random: SeededRandom): bigint => {
  const bytes = random.fill(Buffer.alloc(PRIME_BYTES));
  bytes[0]! |= 0xc0;
  bytes[PRIME_BYTES - 1]! |= 1;
  let candidate = BigInt(`0x${bytes.toString('hex')}`);
  while ((candidate - 1n) % EXPONENT === 0n || !checkPrimeSync(candidate)) candidate += 2n;
  return candidate;
};

/** Of a number, modulo another one without common divisor. */
const inverse = (number: bigint, modulus: bigint): bigint => {
  let [remainder, next, factor, nextFactor] = [modulus, number % modulus, 0n, 1n];
  while (next > 0n) {
    const quotient = remainder / next;
    [remainder, next] = [next, remainder - quotient * next];
    [factor, nextFactor] = [nextFactor, factor - quotient * nextFactor];
  }
  return ((factor % modulus) + modulus) % modulus;
};

const base64Url = (number: bigint): string => {
  const hex = number.toString(16);
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex').toString('base64url');
};
