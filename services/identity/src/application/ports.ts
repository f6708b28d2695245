import type {
  AdmissionPreview,
  Applicant,
  EntryFacts,
  organizationRequests,
  PayloadOf,
  ReplyOf,
  RequestContext,
} from '@muster/contracts';
import type { MailTemplate, MailValues } from '../domain/effect/effect.events.ts';

type Asked = typeof organizationRequests;

/** The organization service, as far as proofs need it. Fails with a `DomainError` of its own or `UnavailableError`. */
export interface Organizations {
  entry(payload: PayloadOf<Asked['entry']>, context: RequestContext): Promise<EntryFacts>;
  expectMember(
    payload: PayloadOf<Asked['expectMember']>,
    context: RequestContext,
  ): Promise<ReplyOf<Asked['expectMember']>>;
  inviteMember(
    payload: PayloadOf<Asked['inviteMember']>,
    context: RequestContext,
  ): Promise<ReplyOf<Asked['inviteMember']>>;
  describe(
    payload: PayloadOf<Asked['describe']>,
    context: RequestContext,
  ): Promise<ReplyOf<Asked['describe']>>;
}

/** The provisioning service: may this person come in here, as far as can be said before anything is proven? */
export interface Provisioning {
  preview(applicant: Applicant, entry: EntryFacts, context: RequestContext): Promise<AdmissionPreview>;
}

type TokenType = 'email-link' | 'email-code';

/** Derives tokens and codes from ids; nothing of it is stored. Comparisons take constant time. */
export interface Tokens {
  derive(type: TokenType, id: string, generation: number): string;
  verify(type: TokenType, token: string): { readonly id: string; readonly generation: number } | undefined;
  code(type: TokenType, id: string, generation: number): string;
  matchesCode(type: TokenType, id: string, generation: number, code: string): boolean;
}

/** One URL that links may lead to: exact, of one type; the default is used where a call names none. */
export type AllowedRedirect = {
  readonly type: 'LOGIN' | 'SIGNUP' | 'INVITE' | 'RESET_PASSWORD' | 'DISCOVERY';
  readonly url: string;
  readonly isDefault: boolean;
};

/** What a mail is written with. `link` and `code` are empty in mails that carry none. */
export type MailWords = {
  /** The application's name. */
  readonly project: string;
  readonly values: MailValues;
  readonly link: string;
  readonly code: string;
  /** How long link or code are valid. */
  readonly minutes: number;
};
export type WrittenMail = { readonly subject: string; readonly text: string; readonly html: string };

/** One template. */
export type WriteMail = (words: MailWords) => WrittenMail;

/** Every mail there is. */
export type MailTemplates = Readonly<Record<MailTemplate, WriteMail>>;

/** A finished mail. `links` and `codes`: what in it there is to act on. */
export type Mail = WrittenMail & {
  /** The same for every delivery of one mail, so that doubles can be told (E25). */
  readonly messageId: string;
  /** A canonical address, nothing else. */
  readonly to: string;
  readonly links: readonly string[];
  readonly codes: readonly string[];
};

/** Hands a mail over. Acknowledged means that the mail server took responsibility for it. */
export interface Mailer {
  /** @throws MailRefused where trying again is of no use; UnavailableError where it is */
  send(mail: Mail): Promise<void>;
  close(): Promise<void>;
}

/** The mail server will never take this mail. Says the reply code only: the server's words may hold the address. */
export class MailRefused extends Error {
  constructor(readonly replyCode: number) {
    super(`the mail server refused the mail with ${replyCode}`);
    this.name = 'MailRefused';
  }
}
