import { acme, ada } from '../testing/facts.ts';
import { identityRig, type IdentityRig, requestContext } from '../testing/identity-rig.ts';
import { newestCode, newestToken, outcomeOf } from '../testing/requests.ts';

let rig: IdentityRig;
beforeEach(() => (rig = identityRig()));
afterEach(() => rig.stop());

const send = (delivery: 'EMAIL_MAGIC_LINK' | 'EMAIL_OTP', more: object = {}) =>
  rig.emailUpdates.send(
    {
      commandId: 'update-1',
      organizationId: acme,
      memberId: ada,
      address: 'ada@new.test',
      delivery,
      redirectUrl: null,
      ...more,
    },
    rig.command('update-1'),
    requestContext,
  );

describe('mailing what completes an e-mail update', () => {
  it('a link to the new address is good for five minutes', async () => {
    expect(await send('EMAIL_MAGIC_LINK')).toEqual({ expiresAt: '2026-11-23T09:05:00.000Z' });
    const token = await newestToken(rig);
    rig.setClock('2026-11-23T09:04:59.999Z');
    const redemption = { flowId: 'login-1', scope: 'organization', token, codeVerifier: null } as const;
    expect(await rig.links.redeem(redemption, requestContext)).toMatchObject({
      purpose: 'email_update',
      memberId: ada,
      factor: { subject: { address: 'ada@new.test' } },
    });
  });

  it('a code to the new address is redeemed at the new address', async () => {
    await send('EMAIL_OTP');
    const code = await newestCode(rig);
    const redemption = { flowId: 'login-1', organizationId: acme, address: 'ada@new.test', code };
    expect(await rig.codes.redeem(redemption, requestContext)).toMatchObject({
      purpose: 'email_update',
      memberId: ada,
    });
  });

  it('E5: a repeat of the command sends nothing more and answers the same', async () => {
    await send('EMAIL_OTP');
    rig.passMinutes(1);
    expect(await send('EMAIL_OTP')).toEqual({ expiresAt: '2026-11-23T09:05:00.000Z' });
    await rig.deliver();
    expect(rig.mailbox.newestFirst()).toHaveLength(1);
  });

  it('is refused for a URL that is not allow-listed, and for nobody', async () => {
    expect(await outcomeOf(send('EMAIL_MAGIC_LINK', { redirectUrl: 'https://evil.test/' }))).toBe(
      'no_match_for_provided_magic_link_url',
    );
    expect(await outcomeOf(send('EMAIL_OTP', { memberId: 'member-unknown' }))).toBe('member_not_found');
  });
});
