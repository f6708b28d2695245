import type { MailWords } from '../application/ports.ts';
import { html } from './html.ts';
import { duration } from './phrases.ts';
import { shownName } from './shown-name.ts';
import { templates } from './templates.ts';

const words = (values: MailWords['values'], more: Partial<MailWords> = {}): MailWords => ({
  project: 'Muster',
  values,
  link: 'https://app.acme.test/login?a=1&token=abc',
  code: '012345',
  minutes: 60,
  ...more,
});
const all = Object.entries(templates);

const attacks = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</title><script>alert(1)</script>',
  '{{constructor.constructor("alert(1)")()}}',
  'Acme\r\nBcc: eve@evil.test',
  'Acme\n\nYour account is locked, go to evil.test',
  'Acme\u0000\u0007\u001b[2J',
  'Acme\u202egnp.exe',
  'Acme\u2028Bcc: eve@evil.test',
  'Log in at https://evil.test/acme now',
  `A${'a'.repeat(500)}`,
];

describe.each(all)('the mail %s', (name, template) => {
  const {
    subject,
    text,
    html: markup,
  } = template(words({ organization: 'Acme', applicant: 'bob@acme.test' }));

  it('has a subject of one short line, a text and a page', () => {
    expect(subject).toMatch(/^[\x20-\x7e]{5,80}$/);
    expect(text.length).toBeGreaterThan(80);
    expect(markup).toMatch(/^<!doctype html>/);
    expect(text).not.toMatch(/undefined|\[object|<[a-z]/);
    expect(markup).not.toMatch(/undefined|\[object/);
  });

  it('shows its link or its code in both forms, where it carries one', () => {
    const isLink = ['login', 'signup', 'invite', 'discovery', 'email_update'].includes(name);
    expect(text.includes('https://app.acme.test/login?a=1&token=abc')).toBe(isLink);
    expect(markup.includes('href="https://app.acme.test/login?a=1&amp;token=abc"')).toBe(isLink);
    expect(text.includes('012345')).toBe(name.endsWith('_code'));
    expect(/>\s*012345\s*</.test(markup)).toBe(name.endsWith('_code'));
  });

  it.each(attacks)('S59: is not changed by the name %j', (attack) => {
    const mail = template(words({ organization: attack, applicant: attack, decision: attack }));
    expect(mail.subject).toMatch(/^[^\p{C}\p{Zl}\p{Zp}]{5,140}$/u);
    expect(mail.html).not.toMatch(/<script|<img|onmouseover='|<\/title><s/);
    expect(mail.html.match(/<[a-z]+/g)).toEqual(markup.match(/<[a-z]+/g));
    expect(mail.text.replaceAll('\n', '')).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
    expect(mail.text).not.toMatch(/^Bcc:/m);
    expect(mail.text).not.toContain('https://evil.test');
    expect(mail.text.split('\n')).toHaveLength(text.split('\n').length);
  });
});

describe('a name that is shown', () => {
  it('has 64 letters at most', () => {
    expect(shownName('a'.repeat(64))).toBe('a'.repeat(64));
    expect(shownName('a'.repeat(65))).toBe(`${'a'.repeat(63)}…`);
    expect(shownName('😀'.repeat(65))).toBe(`${'😀'.repeat(63)}…`);
  });

  it('keeps what people really call themselves', () => {
    for (const name of ['Müller & Söhne', "O'Reilly", '株式会社アクメ', 'acme.com', 'شركة'])
      expect(shownName(name)).toBe(name);
  });

  it('that has nothing to show gives way to something plain', () => {
    const { subject } = templates.login(words({ organization: ' \u200b\n ' }));
    expect(subject).toBe('Log in to your organization');
  });
});

it('html escapes everything that is put into it but markup of its own', () => {
  const inner = html`<b>${`<&"'>`}</b>`;
  expect(html`<p title="${'"'}">${inner}${[inner]}${1}</p>`.markup).toBe(
    '<p title="&quot;"><b>&lt;&amp;&quot;&#39;&gt;</b><b>&lt;&amp;&quot;&#39;&gt;</b>1</p>',
  );
});

it.each([
  [1, '1 minute'],
  [10, '10 minutes'],
  [60, '1 hour'],
  [90, '90 minutes'],
  [1_440, '1 day'],
  [4_320, '3 days'],
  [10_080, '1 week'],
])('%d minutes are %s', (minutes, expected) => expect(duration(minutes)).toBe(expected));
