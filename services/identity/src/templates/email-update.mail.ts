import type { WriteMail } from '../application/ports.ts';
import { rendered } from './letter.ts';
import { linkIsGoodFor, notAskedFor, organizationOf } from './phrases.ts';

export const emailUpdate: WriteMail = (input) =>
  rendered({
    subject: 'Confirm your new e-mail address',
    heading: 'Confirm your new e-mail address',
    paragraphs: [`From then on you log in to ${organizationOf(input)} with this address.`],
    button: { label: 'Confirm this address', href: input.link },
    notes: [linkIsGoodFor(input.minutes), notAskedFor],
    sender: input.project,
  });
