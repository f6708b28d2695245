import type { WriteMail } from '../application/ports.ts';
import { rendered } from './letter.ts';
import { linkIsGoodFor, notAskedFor, organizationOf } from './phrases.ts';

export const login: WriteMail = (input) =>
  rendered({
    subject: `Log in to ${organizationOf(input)}`,
    heading: `Log in to ${organizationOf(input)}`,
    paragraphs: ['Here is the link you asked for.'],
    button: { label: 'Log in', href: input.link },
    notes: [linkIsGoodFor(input.minutes), notAskedFor],
    sender: input.project,
  });
