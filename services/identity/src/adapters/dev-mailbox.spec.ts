import { appendFileSync, mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Mail } from '../application/ports.ts';
import { DevMailbox } from './dev-mailbox.ts';

const clock = () => '2026-11-23T09:00:00.000Z';
const mail = (position: number, to = 'ada@acme.test'): Mail => ({
  messageId: `<log.${position}@muster.test>`,
  to,
  subject: `Mail ${position}`,
  text: 'text',
  html: '<p>text</p>',
  links: [],
  codes: ['012345'],
});
const subjects = (mailbox: DevMailbox, to?: string) => mailbox.newestFirst(to).map(({ subject }) => subject);
const newFile = () => join(mkdtempSync(join(tmpdir(), 'mailbox-')), 'data', 'mailbox.jsonl');

describe('the dev mailbox', () => {
  it('shows what it caught, newest first, by recipient', async () => {
    const mailbox = new DevMailbox(clock, null);
    await mailbox.send(mail(1));
    await mailbox.send(mail(2, 'bob@acme.test'));
    await mailbox.send(mail(3));
    expect(subjects(mailbox)).toEqual(['Mail 3', 'Mail 2', 'Mail 1']);
    expect(subjects(mailbox, 'ada@acme.test')).toEqual(['Mail 3', 'Mail 1']);
    expect(mailbox.newestFirst('bob@acme.test')).toEqual([
      {
        id: '<log.2@muster.test>',
        to: 'bob@acme.test',
        subject: 'Mail 2',
        text: 'text',
        html: '<p>text</p>',
        links: [],
        codes: ['012345'],
        sent_at: '2026-11-23T09:00:00.000Z',
      },
    ]);
  });

  it('E25: takes a Message-ID once: the mail stays as it first came', async () => {
    let minute = 0;
    const mailbox = new DevMailbox(() => `2026-11-23T09:0${minute++}:00.000Z`, null);
    await Promise.all([mailbox.send(mail(1)), mailbox.send(mail(1))]);
    expect(mailbox.newestFirst()).toMatchObject([{ sent_at: '2026-11-23T09:00:00.000Z' }]);
  });

  it('keeps the newest thousand', async () => {
    const mailbox = new DevMailbox(clock, null);
    for (let position = 1; position <= 1_002; position++) await mailbox.send(mail(position));
    expect(subjects(mailbox)).toHaveLength(1_000);
    expect(subjects(mailbox).at(-1)).toBe('Mail 3');
  });

  it('keeps its mail over a restart, and still takes a Message-ID once', async () => {
    const file = newFile();
    const before = new DevMailbox(clock, file);
    await before.send(mail(1));
    await before.send(mail(2));
    appendFileSync(file, '{"id":"<log.3@muster.test>","to":"ad');
    const after = new DevMailbox(clock, file);
    await after.send(mail(2));
    await after.send(mail(3));
    expect(subjects(after)).toEqual(['Mail 3', 'Mail 2', 'Mail 1']);
    expect(subjects(new DevMailbox(clock, file))).toEqual(['Mail 3', 'Mail 2', 'Mail 1']);
  });

  it('R54: drops mails from its file too, also while others arrive', async () => {
    const file = newFile();
    const mailbox = new DevMailbox(clock, file);
    await mailbox.send(mail(1, 'canary@acme.test'));
    await Promise.all([
      mailbox.send(mail(2, 'canary@acme.test')),
      mailbox.drop(['<log.1@muster.test>', '<log.2@muster.test>']),
      mailbox.send(mail(3)),
    ]);
    await mailbox.close();
    expect(subjects(mailbox)).toEqual(['Mail 3']);
    expect(readFileSync(file, 'utf8')).not.toContain('canary');
    expect(subjects(new DevMailbox(clock, file))).toEqual(['Mail 3']);
  });

  it('keeps its file for its owner alone: mails hold live links', () => {
    const file = newFile();
    expect(new DevMailbox(clock, file).newestFirst()).toEqual([]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });
});
