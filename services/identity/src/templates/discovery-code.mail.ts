import type { WriteMail } from '../application/ports.ts';
import { rendered } from './letter.ts';
import { codeIsGoodFor, notAskedFor } from './phrases.ts';

export const discoveryCode: WriteMail = ({ project, code, minutes }) =>
  rendered({
    subject: `Your code for ${project}`,
    heading: `Continue to ${project}`,
    paragraphs: ['Enter this code to see the organizations that you can enter:'],
    code,
    notes: [codeIsGoodFor(minutes), notAskedFor],
    sender: project,
  });
