import type { WireErrorType } from '@muster/contracts';
import { type Command, type Decider, defineAggregate } from '@muster/eventsourcing';
import { assertNever, DomainError } from '@muster/kernel';
import type { EmailLinkEvent, EmailLinkRedeemed, EmailLinkSent, Purpose } from './email-link.events.ts';

/** A link has one token for its life: sending again is another link. */
export const LINK_GENERATION = 1;

/** What came of comparing the verifier with the challenge, outside (RFC 7636). */
export type PkceVerdict = 'match' | 'mismatch' | 'missing';
export type LinkScope = 'organization' | 'discovery';

type SendEmailLink = Command<
  'SendEmailLink',
  Omit<EmailLinkSent['data'], 'sentAt' | 'address'> & { address: string }
>;
type RedeemEmailLink = Command<
  'RedeemEmailLink',
  { readonly flowId: string; readonly scope: LinkScope; readonly pkce: PkceVerdict }
>;
export type EmailLinkCommand = SendEmailLink | RedeemEmailLink;

export type EmailLink = {
  readonly sent: EmailLinkSent['data'] | null;
  readonly redeemed: EmailLinkRedeemed['data'] | null;
};

/** Where a link of that purpose may be redeemed. */
export const scopeOf = (purpose: Purpose): LinkScope =>
  purpose === 'discovery' ? 'discovery' : 'organization';

const reject = (code: WireErrorType): never => {
  throw new DomainError<WireErrorType>(code);
};

/** Unknown, foreign, used and expired look the same to whoever holds the link (R20). */
const redeem = ({ sent, redeemed }: EmailLink, { at, data }: RedeemEmailLink): readonly EmailLinkEvent[] => {
  if (!sent || scopeOf(sent.purpose) !== data.scope) return reject('unable_to_auth_magic_link');
  if (redeemed ? redeemed.flowId !== data.flowId : at >= sent.expiresAt)
    return reject('unable_to_auth_magic_link');
  // A mismatch does not use the link up: whoever stole it must not be able to spoil it.
  if (data.pkce === 'missing') return reject('pkce_expected_code_verifier');
  if (data.pkce === 'mismatch') return reject('pkce_mismatch');
  return redeemed ? [] : [{ type: 'EmailLinkRedeemed', data: { flowId: data.flowId, redeemedAt: at } }];
};

export const emailLinkDecider: Decider<EmailLinkCommand, EmailLinkEvent, EmailLink> = {
  initialState: { sent: null, redeemed: null },
  decide: (state, command) => {
    switch (command.type) {
      case 'SendEmailLink':
        return state.sent || state.redeemed
          ? []
          : [{ type: 'EmailLinkSent', data: { ...command.data, sentAt: command.at } }];
      case 'RedeemEmailLink':
        return redeem(state, command);
      default:
        return assertNever(command);
    }
  },
  evolve: (state, event) => {
    switch (event.type) {
      case 'EmailLinkSent':
        return { ...state, sent: event.data };
      case 'EmailLinkRedeemed':
        return { ...state, redeemed: event.data };
      default:
        return assertNever(event);
    }
  },
};

export const emailLinkAggregate = defineAggregate({
  category: 'emailLink',
  // A link that was used, or that is past its end: nobody can redeem it, whatever is left of it (R18).
  retention: {
    endedAt: ({ sent, redeemed }) => redeemed?.redeemedAt ?? sent?.expiresAt,
    remains: { sent: null, redeemed: { flowId: '', redeemedAt: '' } },
  },
  decider: emailLinkDecider,
  events: {
    EmailLinkSent: {
      version: 1,
      sealed: ['address'],
      subject: ({ memberId, emailId }) => memberId ?? emailId,
    },
    EmailLinkRedeemed: { version: 1 },
  },
});
