import type { WriteMail } from '../application/ports.ts';
import { rendered } from './letter.ts';
import { organizationOf } from './phrases.ts';

export const joinRequestDecided: WriteMail = (input) => {
  const organization = organizationOf(input);
  const approved = input.values.decision === 'approved';
  return rendered({
    subject: approved ? `Welcome to ${organization}` : `Your request to join ${organization}`,
    heading: approved ? `You can enter ${organization} now` : `You were not let in to ${organization}`,
    paragraphs: [
      approved
        ? 'Your request to join was approved. Log in with the e-mail address you asked with.'
        : 'Your request to join was not approved. If you think that is a mistake, talk to somebody there.',
    ],
    notes: [],
    sender: input.project,
  });
};
