import { specFor } from '@muster/eventsourcing/testing';
import { emailLinkDecider } from './email-link.decider.ts';
import type { EmailLinkSent } from './email-link.events.ts';

const given = specFor(emailLinkDecider);
const linkData = {
  purpose: 'login',
  address: 'ada@acme.test',
  emailId: 'member-email-1',
  memberId: 'member-1',
  memberEpoch: 2,
  organizationEpoch: 1,
  memberCreated: false,
  codeChallenge: null,
  expiresAt: '2026-11-23T10:00:00.000Z',
} as const;
const sent: EmailLinkSent = {
  type: 'EmailLinkSent',
  data: { ...linkData, sentAt: '2026-11-23T09:00:00.000Z' },
};
const redeemed = {
  type: 'EmailLinkRedeemed',
  data: { flowId: 'login-1', redeemedAt: '2026-11-23T09:30:00.000Z' },
} as const;

const redeem = (data: object = {}, at = '2026-11-23T09:30:00.000Z') =>
  ({
    type: 'RedeemEmailLink',
    data: { flowId: 'login-1', scope: 'organization', pkce: 'match', ...data },
    at,
  }) as const;

describe('an e-mail link', () => {
  it('is sent once', () => {
    const send = { type: 'SendEmailLink', data: linkData, at: '2026-11-23T09:00:00.000Z' } as const;
    given().when(send).then(sent);
    given(sent).when(send).thenNothing();
  });

  it('R18: is used up by the flow that brings it', () => given(sent).when(redeem()).then(redeemed));

  it('R18: says the same to the same flow again, also after its time', () => {
    given(sent, redeemed).when(redeem()).thenNothing();
    given(sent, redeemed).when(redeem({}, '2026-11-23T11:00:00.000Z')).thenNothing();
  });

  it('R18: is refused to any other flow', () =>
    given(sent, redeemed)
      .when(redeem({ flowId: 'login-2' }))
      .thenRejects('unable_to_auth_magic_link'));

  it('is valid up to its last millisecond and not a moment longer', () => {
    const late = { ...redeemed, data: { flowId: 'login-1', redeemedAt: '2026-11-23T09:59:59.999Z' } };
    given(sent).when(redeem({}, '2026-11-23T09:59:59.999Z')).then(late);
    given(sent).when(redeem({}, '2026-11-23T10:00:00.000Z')).thenRejects('unable_to_auth_magic_link');
  });

  it('that nobody sent looks like one that was used', () =>
    given().when(redeem()).thenRejects('unable_to_auth_magic_link'));

  it('R17: of an organization proves nothing in discovery, and the other way round', () => {
    given(sent)
      .when(redeem({ scope: 'discovery' }))
      .thenRejects('unable_to_auth_magic_link');
    const discovery: EmailLinkSent = { ...sent, data: { ...sent.data, purpose: 'discovery' } };
    given(discovery).when(redeem()).thenRejects('unable_to_auth_magic_link');
    given(discovery)
      .when(redeem({ scope: 'discovery' }))
      .then(redeemed);
  });

  it('RFC 7636: asks for the verifier, refuses a wrong one, and is not used up by either', () => {
    given(sent)
      .when(redeem({ pkce: 'missing' }))
      .thenRejects('pkce_expected_code_verifier');
    given(sent)
      .when(redeem({ pkce: 'mismatch' }))
      .thenRejects('pkce_mismatch');
  });

  it('RFC 7636: also a repeat needs the verifier', () =>
    given(sent, redeemed)
      .when(redeem({ pkce: 'mismatch' }))
      .thenRejects('pkce_mismatch'));
});
