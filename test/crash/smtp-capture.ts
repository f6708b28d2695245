import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** A mail as it was handed over, once for every time it was. */
export type HandOver = {
  readonly messageId: string;
  readonly to: string;
  readonly link: string | undefined;
  readonly code: string | undefined;
  /** Which life of the server handed it over. */
  readonly life: number;
  /** When, in milliseconds. */
  readonly at: number;
};

type Watcher = {
  readonly life: () => number;
  readonly pass: (moment: 'mail taken' | 'mail answered') => void;
};

/** A mail server that keeps every delivery, doubles too, and outlives the servers that deliver to it. */
export class SmtpCapture {
  readonly handOvers: HandOver[] = [];
  watcher: Watcher = { life: () => 0, pass: () => undefined };
  private readonly server: SMTPServer;
  private readonly mailsTo = new Map<string, HandOver[]>();
  /** What a dead process has sent may be read when the next one lives: the connection says whose it is. */
  private readonly lives = new Map<string, number>();

  private constructor() {
    this.server = new SMTPServer({
      disabledCommands: ['AUTH', 'STARTTLS'],
      onConnect: ({ id }, done) => {
        this.lives.set(id, this.watcher.life());
        done();
      },
      onClose: ({ id }) => void this.lives.delete(id),
      onData: (stream, { id, envelope }, done) => {
        const life = this.lives.get(id)!;
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          const to = envelope.rcptTo[0]?.address ?? '';
          this.keep({ ...read(Buffer.concat(chunks).toString('utf8')), to, life, at: Date.now() });
          // A server that is killed here has handed the mail over and does not know it.
          this.watcher.pass('mail taken');
          done();
          this.watcher.pass('mail answered');
        });
      },
    });
    // A killed client leaves a broken connection behind: that is what this is for.
    this.server.on('error', () => undefined);
  }

  /** Nobody died: what comes over the connections there are is of the life that has just begun. */
  goOn(): void {
    for (const id of this.lives.keys()) this.lives.set(id, this.watcher.life());
  }

  static async start(): Promise<SmtpCapture> {
    const capture = new SmtpCapture();
    await new Promise<void>((resolve) => {
      capture.server.listen(0, '127.0.0.1', resolve);
    });
    return capture;
  }

  /** What was handed over for one address, in that order. */
  to(address: string): readonly HandOver[] {
    return this.mailsTo.get(address) ?? [];
  }

  get url(): string {
    return `smtp://127.0.0.1:${(this.server.server.address() as AddressInfo).port}`;
  }

  stop(): Promise<void> {
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private keep(mail: HandOver): void {
    this.handOvers.push(mail);
    this.mailsTo.set(mail.to, [...this.to(mail.to), mail]);
  }
}

const read = (message: string): Pick<HandOver, 'messageId' | 'link' | 'code'> => {
  const head = message.slice(0, message.indexOf('\r\n\r\n')).replaceAll(/\r\n[ \t]+/g, ' ');
  const text = plainTextOf(message);
  return {
    messageId: /^Message-ID: (.+)$/im.exec(head)?.[1]?.trim() ?? '',
    link: /https?:\/\/\S+[?&]token=\S+/.exec(text)?.[0],
    code: /^ {4}(\d{6})\s*$/m.exec(text)?.[1],
  };
};

/** The text/plain part, decoded (RFC 2045). */
const plainTextOf = (message: string): string => {
  const start = message.search(/^Content-Type: text\/plain/im);
  const body = message.indexOf('\r\n\r\n', start) + 4;
  const end = message.indexOf('\r\n--', body);
  const encoding = /^Content-Transfer-Encoding: (\S+)/im.exec(message.slice(start, body))?.[1]?.toLowerCase();
  const text = message.slice(body, end < 0 ? undefined : end);
  if (encoding === 'base64') return Buffer.from(text, 'base64').toString('utf8');
  if (encoding !== 'quoted-printable') return text;
  return text
    .replaceAll(/=\r\n/g, '')
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)));
};
