import type { WriteMail } from '../application/ports.ts';
import { rendered } from './letter.ts';
import { codeIsGoodFor, notAskedFor, organizationOf } from './phrases.ts';

export const loginCode: WriteMail = (input) =>
  rendered({
    subject: `Your code for ${organizationOf(input)}`,
    heading: `Log in to ${organizationOf(input)}`,
    paragraphs: ['Enter this code where you asked for it:'],
    code: input.code,
    notes: [codeIsGoodFor(input.minutes), notAskedFor],
    sender: input.project,
  });
