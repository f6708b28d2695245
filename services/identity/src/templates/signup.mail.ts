import { rendered } from './letter.ts';
import { linkIsGoodFor, notAskedFor, organizationOf } from './phrases.ts';
import type { Template } from './template.ts';

export const signup: Template = (input) =>
  rendered({
    subject: `Join ${organizationOf(input)}`,
    heading: `Join ${organizationOf(input)}`,
    paragraphs: ['Confirm your e-mail address to finish signing up.'],
    button: { label: 'Confirm and continue', href: input.link },
    notes: [linkIsGoodFor(input.minutes), notAskedFor],
    sender: input.project,
  });
