import type { WrittenMail } from '../application/ports.ts';
import { html, type Html } from './html.ts';

/** What a letter says; how it looks is decided here, once, for all of them. */
export type Letter = {
  readonly subject: string;
  readonly heading: string;
  readonly paragraphs: readonly string[];
  readonly button?: { readonly label: string; readonly href: string };
  readonly code?: string;
  /** Small print: validity, and what to do if it was not asked for. */
  readonly notes: readonly string[];
  /** Who writes: the application's name. */
  readonly sender: string;
};

const FONT = 'font-family:-apple-system,BlinkMacSystemFont,Segoe UI,Helvetica,Arial,sans-serif';

/** The letter as plain text and as HTML, from the same words. */
export const rendered = (letter: Letter): WrittenMail => ({
  subject: letter.subject,
  text: asText(letter),
  html: asHtml(letter).markup,
});

const asText = ({ heading, paragraphs, button, code, notes, sender }: Letter): string =>
  [
    heading,
    ...paragraphs,
    ...(button ? [`${button.label}:\n${button.href}`] : []),
    ...(code === undefined ? [] : [`    ${code}`]),
    ...notes,
    `-- \n${sender}`,
  ].join('\n\n') + '\n';

const asHtml = ({ subject, heading, paragraphs, button, code, notes, sender }: Letter): Html =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <meta name="color-scheme" content="light dark" />
        <title>${subject}</title>
      </head>
      <body style="margin:0;padding:32px 16px;background:#f4f5f7;color:#1c2430;${FONT}">
        <table role="presentation" cellpadding="0" cellspacing="0" width="100%">
          <tr>
            <td align="center">
              <table
                role="presentation"
                cellpadding="0"
                cellspacing="0"
                width="100%"
                style="max-width:480px;background:#ffffff;border:1px solid #e2e5ea;border-radius:10px"
              >
                <tr>
                  <td style="padding:32px">
                    <h1 style="margin:0 0 16px;font-size:20px;line-height:1.3;font-weight:600">${heading}</h1>
                    ${paragraphs.map((text) => html`<p style="margin:0 0 16px;font-size:15px;line-height:1.5">${text}</p> `)}${buttonOf(button)}${codeOf(code)}${notes.map((text) => html`<p style="margin:16px 0 0;font-size:13px;line-height:1.5;color:#5b6573">${text}</p> `)}
                  </td>
                </tr>
              </table>
              <p style="margin:16px 0 0;font-size:12px;color:#7b8494">${sender}</p>
            </td>
          </tr>
        </table>
      </body>
    </html> `;

const buttonOf = (button: Letter['button']): readonly Html[] =>
  button
    ? [
        html`<p style="margin:24px 0">
            <a
              href="${button.href}"
              style="display:inline-block;padding:12px 20px;border-radius:8px;background:#1f5eff;color:#ffffff;font-size:15px;font-weight:600;text-decoration:none"
              >${button.label}</a
            >
          </p>
          <p style="margin:0;font-size:13px;line-height:1.5;color:#5b6573;word-break:break-all">
            If the button does not work, open this address: ${button.href}
          </p> `,
      ]
    : [];

const codeOf = (code: string | undefined): readonly Html[] =>
  code === undefined
    ? []
    : [
        html`<p
          style="margin:24px 0;padding:16px;border-radius:8px;background:#f4f5f7;text-align:center;font-size:30px;font-weight:600;letter-spacing:6px"
        >
          ${code}
        </p> `,
      ];
