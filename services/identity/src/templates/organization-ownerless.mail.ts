import type { WriteMail } from '../application/ports.ts';
import { rendered } from './letter.ts';
import { organizationOf } from './phrases.ts';

export const organizationOwnerless: WriteMail = (input) =>
  rendered({
    subject: `${organizationOf(input)} has no steward any more`,
    heading: `Nobody can administer ${organizationOf(input)} any more`,
    paragraphs: [
      'The last member who could administer the organization is gone. You can go on working in it.',
      'Nobody new joins by their e-mail domain until somebody who proves to own the domain reclaims the organization.',
    ],
    notes: [`Questions? Ask those who run ${input.project}.`],
    sender: input.project,
  });
