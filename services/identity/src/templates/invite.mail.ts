import type { WriteMail } from '../application/ports.ts';
import { rendered } from './letter.ts';
import { linkIsGoodFor, organizationOf } from './phrases.ts';

export const invite: WriteMail = (input) =>
  rendered({
    subject: `You are invited to ${organizationOf(input)}`,
    heading: `You are invited to ${organizationOf(input)}`,
    paragraphs: ['Somebody there would like you to join. Accept the invitation to get in.'],
    button: { label: 'Accept the invitation', href: input.link },
    notes: [linkIsGoodFor(input.minutes), 'If you do not know them, you can ignore this mail.'],
    sender: input.project,
  });
