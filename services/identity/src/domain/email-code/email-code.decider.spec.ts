import { specFor } from '@muster/eventsourcing/testing';
import { emailCodeDecider } from './email-code.decider.ts';
import type { EmailCodeEvent, EmailCodeRefused, EmailCodeSent } from './email-code.events.ts';

const given = specFor<
  Parameters<typeof emailCodeDecider.decide>[1],
  EmailCodeEvent,
  typeof emailCodeDecider.initialState
>(emailCodeDecider);
const ofAda = { memberId: 'member-1', memberEpoch: 2, organizationEpoch: 1 };
const ofNobody = { memberId: null, memberEpoch: null, organizationEpoch: null };
const codeData = {
  ...ofAda,
  codeId: 'email-code-1',
  purpose: 'login',
  emailId: 'member-email-1',
  memberCreated: false,
  expiresAt: '2026-11-23T09:10:00.000Z',
} as const;
const sent = (generation: number, addressee: typeof ofAda | typeof ofNobody = ofAda): EmailCodeSent => ({
  type: 'EmailCodeSent',
  data: { ...codeData, ...addressee, generation, sentAt: '2026-11-23T09:00:00.000Z' },
});
const refused = (generation: number, refusedAt = '2026-11-23T09:01:00.000Z'): EmailCodeRefused => ({
  type: 'EmailCodeRefused',
  data: { generation, refusedAt },
});
const times = (count: number, event: EmailCodeEvent): readonly EmailCodeEvent[] => Array(count).fill(event);
const redeemed = (redeemedAt: string) =>
  ({
    type: 'EmailCodeRedeemed',
    data: {
      ...ofAda,
      generation: 1,
      flowId: 'login-1',
      purpose: 'login',
      emailId: 'member-email-1',
      redeemedAt,
    },
  }) as const;
const redeem = (matches: boolean, at = '2026-11-23T09:01:00.000Z') =>
  ({ type: 'RedeemEmailCode', data: { flowId: 'login-1', matches }, at }) as const;

describe('an e-mail code', () => {
  it('is sent under the next generation', () => {
    const send = { type: 'SendEmailCode', data: codeData, at: '2026-11-23T09:00:00.000Z' } as const;
    given().when(send).then(sent(1));
    given(sent(1)).when(send).then(sent(2));
  });

  it('R18: is used up by the flow that brings it, and by nobody else after it', () => {
    given(sent(1)).when(redeem(true)).then(redeemed('2026-11-23T09:01:00.000Z'));
    given(sent(1), redeemed('2026-11-23T09:01:00.000Z'))
      .when(redeem(true))
      .thenRejects('unable_to_auth_otp_code');
  });

  it('R19: that is wrong is a fact of its generation', () =>
    given(sent(1), sent(2)).when(redeem(false)).then(refused(2)));

  it('R19: is dead after five wrong tries, not after four', () => {
    given(sent(1), ...times(4, refused(1)))
      .when(redeem(true))
      .then(redeemed('2026-11-23T09:01:00.000Z'));
    given(sent(1), ...times(5, refused(1)))
      .when(redeem(true))
      .thenRejects('unable_to_auth_otp_code');
  });

  it('can be tried again after a new one was sent', () =>
    given(sent(1), ...times(5, refused(1)), sent(2))
      .when(redeem(false))
      .then(refused(2)));

  it('is valid up to its last millisecond and not a moment longer', () => {
    given(sent(1)).when(redeem(true, '2026-11-23T09:09:59.999Z')).then(redeemed('2026-11-23T09:09:59.999Z'));
    given(sent(1)).when(redeem(true, '2026-11-23T09:10:00.000Z')).thenRejects('unable_to_auth_otp_code');
  });

  it('that nobody sent is refused', () => given().when(redeem(true)).thenRejects('unable_to_auth_otp_code'));
});

describe('codes to an address that is no member yet', () => {
  const tenWrong = [sent(1, ofNobody), ...times(5, refused(1)), sent(2, ofNobody), ...times(5, refused(2))];
  const fresh: EmailCodeSent = {
    ...sent(3, ofNobody),
    data: { ...sent(3, ofNobody).data, expiresAt: '2026-11-23T10:30:00.000Z' },
  };

  it('R19: are not looked at for an hour after ten wrong ones in a row, however many were sent', () => {
    given(...tenWrong, fresh)
      .when(redeem(true, '2026-11-23T10:00:59.999Z'))
      .thenRejects('too_many_requests');
    given(...tenWrong, fresh)
      .when(redeem(false, '2026-11-23T10:01:00.000Z'))
      .then(refused(3, '2026-11-23T10:01:00.000Z'));
  });

  it('R19: are still looked at after nine', () =>
    given(...tenWrong.slice(0, -1), fresh)
      .when(redeem(false))
      .then(refused(3)));

  it('R19: after the pause a new row of failures begins', () =>
    given(...tenWrong, fresh, refused(3, '2026-11-23T10:01:00.000Z'))
      .when(redeem(false, '2026-11-23T10:02:00.000Z'))
      .then(refused(3, '2026-11-23T10:02:00.000Z')));

  it('R19: a member is never stopped here: their own counter is asked', () =>
    given(...tenWrong, sent(3))
      .when(redeem(false))
      .then(refused(3)));
});
