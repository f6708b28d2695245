import type { WriteMail } from '../application/ports.ts';
import { rendered } from './letter.ts';
import { linkIsGoodFor, notAskedFor, organizationOf } from './phrases.ts';

export const signup: WriteMail = (input) =>
  rendered({
    subject: `Join ${organizationOf(input)}`,
    heading: `Join ${organizationOf(input)}`,
    paragraphs: ['Confirm your e-mail address to finish signing up.'],
    button: { label: 'Confirm and continue', href: input.link },
    notes: [linkIsGoodFor(input.minutes), notAskedFor],
    sender: input.project,
  });
