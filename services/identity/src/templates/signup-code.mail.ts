import type { WriteMail } from '../application/ports.ts';
import { rendered } from './letter.ts';
import { codeIsGoodFor, notAskedFor, organizationOf } from './phrases.ts';

export const signupCode: WriteMail = (input) =>
  rendered({
    subject: `Your code to join ${organizationOf(input)}`,
    heading: `Join ${organizationOf(input)}`,
    paragraphs: ['Enter this code to confirm your e-mail address and finish signing up:'],
    code: input.code,
    notes: [codeIsGoodFor(input.minutes), notAskedFor],
    sender: input.project,
  });
