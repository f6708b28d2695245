import { rendered } from './letter.ts';
import { codeIsGoodFor, notAskedFor, organizationOf } from './phrases.ts';
import type { Template } from './template.ts';

export const signupCode: Template = (input) =>
  rendered({
    subject: `Your code to join ${organizationOf(input)}`,
    heading: `Join ${organizationOf(input)}`,
    paragraphs: ['Enter this code to confirm your e-mail address and finish signing up:'],
    code: input.code,
    notes: [codeIsGoodFor(input.minutes), notAskedFor],
    sender: input.project,
  });
