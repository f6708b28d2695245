import { createHash } from 'node:crypto';
import type { CaughtMail } from '../application/mailbox.ts';
import { Html, html } from '../templates/html.ts';

const STYLE = `
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.3rem; }
details { border: 1px solid #8884; border-radius: 8px; margin: .5rem 0; padding: .6rem .9rem; }
summary { cursor: pointer; }
summary small { display: block; opacity: .7; }
pre { white-space: pre-wrap; word-break: break-word; font-size: .85rem; }
strong.code { font-size: 1.4rem; letter-spacing: .2rem; }
`;

// In one piece: the policy names the hash of exactly what stands between the tags.
const styleElement = new Html(`<style>${STYLE}</style>`);
const styleHash = createHash('sha256').update(STYLE).digest('base64');

/** Nothing but this page's own style: no script, no picture, no frame, whatever a mail holds. */
export const mailboxPolicy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`;

/** The dev mailbox for people. */
export const mailboxPage = (mails: readonly CaughtMail[], to: string | undefined): string =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>Dev mailbox</title>
        ${styleElement}
      </head>
      <body>
        <h1>Dev mailbox</h1>
        <form>
          <label>To <input name="to" type="email" value="${to ?? ''}" /></label> <button>Show</button>
        </form>
        <p>
          ${mails.length === 0 ? 'No mail yet.' : `${mails.length} caught, newest first. None of it was sent.`}
        </p>
        ${mails.map(mailOf)}
      </body>
    </html> `.markup;

const mailOf = ({ to, subject, sent_at, text, links, codes }: CaughtMail): Html =>
  html`<details>
    <summary>${subject}<small>to ${to} at ${sent_at}</small></summary>
    ${codes.map((code) => html`<p><strong class="code">${code}</strong></p>`)}${links.map((link) => html`<p><a href="${link}" rel="noreferrer">Follow the link</a></p>`)}
    <pre>${text}</pre>
  </details> `;
