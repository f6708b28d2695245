import { createHash, timingSafeEqual } from 'node:crypto';
import type { PkceVerdict } from '../domain/email-link/email-link.decider.ts';

/**
 * Compares a PKCE verifier with the S256 challenge (RFC 7636 §4.6). A verifier without a challenge is a mismatch, so
 * that nobody can strip the challenge unnoticed (RFC 9700 §2.1.1).
 */
export const pkceVerdict = (codeChallenge: string | null, codeVerifier: string | null): PkceVerdict => {
  if (codeChallenge === null) return codeVerifier === null ? 'match' : 'mismatch';
  if (codeVerifier === null) return 'missing';
  const derived = Buffer.from(createHash('sha256').update(codeVerifier).digest('base64url'));
  const expected = Buffer.from(codeChallenge);
  return derived.length === expected.length && timingSafeEqual(derived, expected) ? 'match' : 'mismatch';
};
