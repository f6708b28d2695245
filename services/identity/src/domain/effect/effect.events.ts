import type { Event, Personal } from '@muster/eventsourcing';
import type { Instant } from '@muster/kernel';

/** Which mail; the texts are in `templates/`. */
export type MailTemplate =
  | 'login'
  | 'signup'
  | 'invite'
  | 'discovery'
  | 'login_code'
  | 'signup_code'
  | 'discovery_code'
  | 'email_update'
  | 'email_update_code'
  | 'organization_reclaimed'
  | 'organization_ownerless'
  | 'join_requested'
  | 'join_request_decided';

/** From what the mail's token or code is derived when it is sent; the link leads to an allow-listed URL. */
export type MailedProof =
  | {
      readonly kind: 'email-link';
      readonly id: string;
      readonly generation: number;
      readonly redirectUrl: string;
      readonly tokenType: 'multi_tenant_magic_links' | 'discovery';
    }
  | { readonly kind: 'email-code'; readonly id: string; readonly generation: number };

/** Words for the template, such as the organization's name. */
export type MailValues = Readonly<Record<string, string>>;

/** A mail is to be sent. Committed with the fact it follows from, so that neither is without the other (E25). */
export type EffectRequested = Event<
  'EffectRequested',
  {
    readonly kind: 'mail';
    readonly template: MailTemplate;
    /** Whose sealing key covers recipient and values (E12). */
    readonly subjectId: string;
    readonly recipient: Personal<string>;
    readonly values: Personal<MailValues>;
    readonly proof: MailedProof | null;
    readonly requestedAt: Instant;
    /** From then on the mail would be of no use: it is not sent any more. */
    readonly expiresAt: Instant;
  }
>;

/**
 * `sent`: handed over to the mail server. `refused`: it will never take this mail. `expired`: the mail's time was over.
 * `erased`: the recipient was erased before it could be sent (R54).
 */
export type EffectOutcome = 'sent' | 'refused' | 'expired' | 'erased';

/** The mail needs no further attention. */
export type EffectDone = Event<'EffectDone', { readonly outcome: EffectOutcome; readonly doneAt: Instant }>;

export type EffectEvent = EffectRequested | EffectDone;
