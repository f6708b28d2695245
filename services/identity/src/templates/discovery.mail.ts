import type { WriteMail } from '../application/ports.ts';
import { rendered } from './letter.ts';
import { linkIsGoodFor, notAskedFor } from './phrases.ts';

export const discovery: WriteMail = ({ project, link, minutes }) =>
  rendered({
    subject: `Your link for ${project}`,
    heading: `Continue to ${project}`,
    paragraphs: ['Here is the link you asked for. It shows you the organizations that you can enter.'],
    button: { label: 'Continue', href: link },
    notes: [linkIsGoodFor(minutes), notAskedFor],
    sender: project,
  });
