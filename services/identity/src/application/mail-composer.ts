import { readable } from '@muster/eventsourcing';
import { domainOf, millisecondsOf } from '@muster/kernel';
import type { EffectRequested, MailedProof } from '../domain/effect/effect.events.ts';
import type { Mail, MailTemplates, Tokens } from './ports.ts';

type Sender = {
  readonly project: string;
  readonly logId: string;
  readonly fromAddress: string;
  readonly tokens: Tokens;
  readonly templates: MailTemplates;
};

/** The address a link leads to: an allow-listed URL, its own query kept, with the token. */
const linkTo = (
  { redirectUrl, tokenType }: Extract<MailedProof, { kind: 'email-link' }>,
  token: string,
): string => {
  const url = new URL(redirectUrl);
  url.searchParams.set('stytch_token_type', tokenType);
  url.searchParams.set('token', token);
  return url.href;
};

/** Writes mails. Tokens and codes come into being here, and are nowhere kept. */
export class MailComposer {
  constructor(private readonly sender: Sender) {}

  /** The same mail, to the letter, however often it is composed; undefined where its recipient was erased (R54). */
  compose(effect: EffectRequested['data'], position: number): Mail | undefined {
    const to = readable(effect.recipient);
    const values = readable(effect.values);
    if (to === undefined || values === undefined) return undefined;
    const { logId, fromAddress, project, templates } = this.sender;
    const { link, code } = this.derived(effect.proof);
    const minutes = Math.round(
      (millisecondsOf(effect.expiresAt) - millisecondsOf(effect.requestedAt)) / 60_000,
    );
    const mail = templates[effect.template]({ project, values, link, code, minutes });
    return {
      ...mail,
      messageId: `<${logId}.${position}@${domainOf(fromAddress)}>`,
      to,
      links: link === '' ? [] : [link],
      codes: code === '' ? [] : [code],
    };
  }

  private derived(proof: MailedProof | null): { readonly link: string; readonly code: string } {
    const { tokens } = this.sender;
    if (proof === null) return { link: '', code: '' };
    const { id, generation } = proof;
    return proof.kind === 'email-link'
      ? { link: linkTo(proof, tokens.derive('email-link', id, generation)), code: '' }
      : { link: '', code: tokens.code('email-code', id, generation) };
  }
}
