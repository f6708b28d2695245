import { rendered } from './letter.ts';
import { codeIsGoodFor, notAskedFor } from './phrases.ts';
import type { Template } from './template.ts';

export const discoveryCode: Template = ({ project, code, minutes }) =>
  rendered({
    subject: `Your code for ${project}`,
    heading: `Continue to ${project}`,
    paragraphs: ['Enter this code to see the organizations that you can enter:'],
    code,
    notes: [codeIsGoodFor(minutes), notAskedFor],
    sender: project,
  });
