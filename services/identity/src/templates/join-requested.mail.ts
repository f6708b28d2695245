import type { WriteMail } from '../application/ports.ts';
import { rendered } from './letter.ts';
import { organizationOf } from './phrases.ts';
import { shownName } from './shown-name.ts';

export const joinRequested: WriteMail = (input) =>
  rendered({
    subject: `Somebody would like to join ${organizationOf(input)}`,
    heading: `A request to join ${organizationOf(input)}`,
    paragraphs: [
      `${shownName(input.values.applicant ?? '') || 'Somebody'} has proven their e-mail address and asks to be let in.`,
      'You get this mail because you can decide on it: the request waits among the join requests of the organization.',
    ],
    notes: ['If nobody decides, nobody is let in.'],
    sender: input.project,
  });
