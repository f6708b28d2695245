import { type Control, until } from './control.ts';

/** A link in a mail, and what an application reads from it when it is followed. */
export type MailLink = {
  readonly url: string;
  /** What a login link authenticates with. */
  readonly token: string | undefined;
  /** What it is for, as the SDK names it: `discovery`, `multi_tenant_magic_links`, … */
  readonly type: string | undefined;
};

/** A mail that Muster would have sent. */
export type Mail = {
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly links: readonly MailLink[];
  readonly codes: readonly string[];
  readonly sentAt: Date;
};

export type WaitOptions = {
  /** Only a mail that this holds for: `({ codes }) => codes.length > 0`. */
  readonly where?: (mail: Mail) => boolean;
  readonly milliseconds?: number;
};

type Caught = Omit<Mail, 'links' | 'sentAt'> & {
  readonly links: readonly string[];
  readonly sent_at: string;
};

/** All mail of the server: caught, never sent. Each mail is waited for once; a later wait is for a later mail. */
export class Mailbox {
  private readonly read = new Set<string>();

  constructor(private readonly control: Control) {}

  /** All mail, or all to an address; newest first, read or not. */
  async messages(address?: string): Promise<readonly Mail[]> {
    const query = address === undefined ? '' : `?to=${encodeURIComponent(address)}`;
    const caught = await this.control.call<readonly Caught[]>('GET', `/dev/mailbox.json${query}`);
    return caught.map(mailOf);
  }

  /**
   * The newest mail to an address that nobody waited for yet, as soon as it is there. It and all before it count as read.
   * @throws Error that says what there is instead, after `milliseconds` (5000)
   */
  waitFor(address: string, { where = () => true, milliseconds = 5_000 }: WaitOptions = {}): Promise<Mail> {
    const look = async (): Promise<Mail | undefined> => {
      const messages = await this.messages(address);
      const found = messages.find((mail) => !this.read.has(mail.id) && where(mail));
      if (found) for (const { id } of messages.slice(messages.indexOf(found))) this.read.add(id);
      return found;
    };
    const inVain = async () => {
      const others = (await this.messages()).map(({ to, subject }) => `\n  ${to}: ${subject}`);
      return new Error(
        `no new mail to ${address} within ${milliseconds} ms; all there is:${others.join('') || ' none'}`,
      );
    };
    return until(look, milliseconds, inVain);
  }

  /** The code in the next mail to an address that has one. */
  async waitForCode(address: string, milliseconds?: number): Promise<string> {
    const mail = await this.waitFor(address, {
      where: ({ codes }) => codes.length > 0,
      ...(milliseconds === undefined ? {} : { milliseconds }),
    });
    return mail.codes[0]!;
  }

  /** The link in the next mail to an address that has one. */
  async waitForLink(address: string, milliseconds?: number): Promise<MailLink & { readonly token: string }> {
    const usable = ({ token }: MailLink): boolean => token !== undefined;
    const mail = await this.waitFor(address, {
      where: ({ links }) => links.some(usable),
      ...(milliseconds === undefined ? {} : { milliseconds }),
    });
    return mail.links.find(usable) as MailLink & { readonly token: string };
  }

  /** From now on mail that is there counts as new. */
  forget(): void {
    this.read.clear();
  }
}

const mailOf = ({ links, sent_at, ...mail }: Caught): Mail => ({
  ...mail,
  links: links.map(linkOf),
  sentAt: new Date(sent_at),
});

const linkOf = (url: string): MailLink => {
  const parameters = URL.canParse(url) ? new URL(url).searchParams : new URLSearchParams();
  const type = parameters.get('stytch_token_type') ?? undefined;
  return { url, token: parameters.get('token') ?? undefined, type };
};
