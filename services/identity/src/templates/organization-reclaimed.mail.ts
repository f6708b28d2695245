import type { WriteMail } from '../application/ports.ts';
import { rendered } from './letter.ts';
import { organizationOf } from './phrases.ts';

export const organizationReclaimed: WriteMail = (input) =>
  rendered({
    subject: `${organizationOf(input)} has a new steward`,
    heading: `${organizationOf(input)} was reclaimed`,
    paragraphs: [
      'The organization had nobody left who could administer it. Somebody who proved to own its e-mail domain does so from now on.',
      'Your membership stays as it is.',
    ],
    notes: ['If this surprises you, talk to whoever runs the domain of your e-mail address.'],
    sender: input.project,
  });
