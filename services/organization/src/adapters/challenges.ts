import { randomBytes } from 'node:crypto';
import type { NewChallenge } from '../application/ports.ts';

const CHALLENGE_BYTES = 24;

export const newChallenge: NewChallenge = () => randomBytes(CHALLENGE_BYTES).toString('base64url');
