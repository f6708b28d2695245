import type { WriteMail } from '../application/ports.ts';
import { rendered } from './letter.ts';
import { codeIsGoodFor, notAskedFor, organizationOf } from './phrases.ts';

export const emailUpdateCode: WriteMail = (input) =>
  rendered({
    subject: 'Confirm your new e-mail address',
    heading: 'Confirm your new e-mail address',
    paragraphs: [
      `From then on you log in to ${organizationOf(input)} with this address. Enter this code to confirm it:`,
    ],
    code: input.code,
    notes: [codeIsGoodFor(input.minutes), notAskedFor],
    sender: input.project,
  });
