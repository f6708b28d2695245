import type { MailValues } from '../domain/effect/effect.events.ts';
import type { RenderedMail } from './letter.ts';

/** What a template writes with. `link` and `code` are empty in mails that carry none. */
export type TemplateInput = {
  /** The application's name. */
  readonly project: string;
  readonly values: MailValues;
  readonly link: string;
  readonly code: string;
  /** How long link or code are valid, in minutes. */
  readonly minutes: number;
};

/** One mail. */
export type Template = (input: TemplateInput) => RenderedMail;
