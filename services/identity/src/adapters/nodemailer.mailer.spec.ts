import type { AddressInfo } from 'node:net';
import { UnavailableError } from '@muster/kernel';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { type Mail, MailRefused } from '../application/ports.ts';
import { NodemailerMailer } from './nodemailer.mailer.ts';

type Received = { readonly from: string; readonly to: readonly string[]; readonly message: string };

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

/** A mail server in this process that takes everything unless told otherwise. */
const mailServer = async (options: SMTPServerOptions = {}) => {
  const received: Received[] = [];
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    onData: (stream, { envelope }, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
        const to = envelope.rcptTo.map(({ address }) => address);
        received.push({ from, to, message: Buffer.concat(chunks).toString('utf8') });
        done();
      });
    },
    ...options,
  });
  server.on('error', () => {});
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.server.address() as AddressInfo;
  closing.push(() => new Promise((resolve) => server.close(() => resolve())));
  return { received, url: `smtp://127.0.0.1:${port}` };
};

const mailerTo = (url: string) => {
  const mailer = new NodemailerMailer(url, { name: 'Muster, Inc. <x>', address: 'no-reply@muster.test' });
  closing.push(() => mailer.close());
  return mailer;
};
const mail = (more: Partial<Mail> = {}): Mail => ({
  messageId: '<log.7@muster.test>',
  to: 'ada@acme.test',
  subject: 'Log in to Acme',
  text: 'Here is the link.\n',
  html: '<p>Here is the link.</p>',
  links: [],
  codes: [],
  ...more,
});
const headersOf = ({ message }: Received): readonly string[] =>
  message
    .slice(0, message.indexOf('\r\n\r\n'))
    .replaceAll(/\r\n[ \t]+/g, ' ')
    .split('\r\n');

describe('mail by SMTP', () => {
  it('goes to exactly the one recipient, in both forms, under the given Message-ID', async () => {
    const { url, received } = await mailServer();
    await mailerTo(url).send(mail());
    expect(received).toMatchObject([{ from: 'no-reply@muster.test', to: ['ada@acme.test'] }]);
    expect(headersOf(received[0]!)).toEqual(
      expect.arrayContaining([
        'From: "Muster, Inc. <x>" <no-reply@muster.test>',
        'To: ada@acme.test',
        'Subject: Log in to Acme',
        'Message-ID: <log.7@muster.test>',
        'Auto-Submitted: auto-generated',
      ]),
    );
    expect(received[0]!.message).toContain('Content-Type: text/plain');
    expect(received[0]!.message).toContain('<p>Here is the link.</p>');
  });

  it.each(['Acme\r\nBcc: eve@evil.test', 'Acme\nX-Evil: 1', 'Acme\u0000\r\n\r\nbody'])(
    'S21: a subject of %j forges no header and no recipient',
    async (subject) => {
      const { url, received } = await mailServer();
      await mailerTo(url).send(mail({ subject }));
      expect(received[0]!.to).toEqual(['ada@acme.test']);
      const names = headersOf(received[0]!).map((header) => header.slice(0, header.indexOf(':')));
      expect(names.toSorted()).toEqual(
        [
          'Auto-Submitted',
          'Content-Type',
          'Date',
          'From',
          'MIME-Version',
          'Message-ID',
          'Subject',
          'To',
        ].toSorted(),
      );
    },
  );

  it.each([
    'ada@acme.test, eve@evil.test',
    '"eve@evil.test x"@acme.test',
    'Ada <ada@acme.test>',
    'ADA@acme.test',
  ])('S21: nothing is sent to %j, which is not one canonical address', async (to) => {
    const { url, received } = await mailServer();
    await expect(mailerTo(url).send(mail({ to }))).rejects.toEqual(new MailRefused(553));
    expect(received).toEqual([]);
  });

  it('S21: nothing is read from files or the net into a mail', async () => {
    const { url, received } = await mailServer();
    await mailerTo(url).send(mail({ text: 'file:///etc/passwd' }));
    expect(received[0]!.message).toContain('file:///etc/passwd');
    expect(received[0]!.message).not.toContain('root:');
  });

  it('that the server refuses for good is a refusal', async () => {
    const refusing = new Error('no such user here') as Error & { responseCode: number };
    refusing.responseCode = 550;
    const { url } = await mailServer({ onRcptTo: (_, __, done) => done(refusing) });
    const sending = mailerTo(url).send(mail());
    await expect(sending).rejects.toEqual(new MailRefused(550));
    await expect(sending).rejects.not.toThrow(/ada@acme/);
  });

  it('that the server cannot take now may be tried again', async () => {
    const busy = new Error('greylisted') as Error & { responseCode: number };
    busy.responseCode = 451;
    const { url } = await mailServer({ onRcptTo: (_, __, done) => done(busy) });
    await expect(mailerTo(url).send(mail())).rejects.toBeInstanceOf(UnavailableError);
  });

  it('with a password that the server does not take may be tried again: that is ours to set right', async () => {
    const { url } = await mailServer({
      disabledCommands: ['STARTTLS'],
      allowInsecureAuth: true,
      onAuth: (_, __, done) => done(new Error('wrong password')),
    });
    const withPassword = url.replace('smtp://', 'smtp://user:password@');
    await expect(mailerTo(withPassword).send(mail())).rejects.toBeInstanceOf(UnavailableError);
  });

  it('without a server may be tried again', async () => {
    await expect(mailerTo('smtp://127.0.0.1:1').send(mail())).rejects.toBeInstanceOf(UnavailableError);
  });
});
