import { CodeRedemptionService } from './code-redemption.service.ts';
import { acme, ada, organizationFacts } from '../testing/facts.ts';
import { identityRig, requestContext } from '../testing/identity-rig.ts';
import { loginRequest, newestToken, outcomeOf, wrongCode } from '../testing/requests.ts';

const ADDRESS = 'canary.person@acme-canary.test';
const NAME = 'Canary Organization';
const VERIFIER = 'canary-verifier-canary-verifier-canary-verifier';

describe('I20, E12: what the log holds', () => {
  it('is no token, code, verifier, address or name, in any event or view', async () => {
    const rig = identityRig();
    rig.organizations.add(organizationFacts({}, NAME), ...rig.organizations.members.get(acme)!);
    const secrets = [ADDRESS, 'canary.person', NAME, VERIFIER];
    const discover = { emailAddress: ADDRESS, minutes: undefined };
    const linkRequest = { ...discover, redirectUrl: undefined, codeChallenge: undefined };

    await rig.discoveryMail.sendLink(linkRequest, rig.command());
    const token = await newestToken(rig);
    secrets.push(token);
    const redemption = { flowId: 'login-1', scope: 'discovery', token, codeVerifier: null } as const;
    await outcomeOf(rig.links.redeem({ ...redemption, codeVerifier: VERIFIER }, requestContext));
    await rig.links.redeem(redemption, requestContext);

    await rig.loginMail.sendCode(loginRequest(), rig.command(), requestContext);
    await rig.deliver();
    const code = rig.mailbox.newestFirst()[0]!.codes[0]!;
    const guess = { flowId: 'login-2', organizationId: acme, address: 'ada@acme.test' };
    await outcomeOf(rig.codes.redeem({ ...guess, code: wrongCode(code) }, requestContext));
    await rig.codes.redeem({ ...guess, code }, requestContext);
    await rig.emailUpdates.send(
      {
        commandId: 'update-1',
        organizationId: acme,
        memberId: ada,
        address: ADDRESS,
        delivery: 'EMAIL_OTP',
        redirectUrl: null,
      },
      rig.command('update-1'),
      requestContext,
    );
    secrets.push('ada@acme.test');

    const events = await rig.log.readAll(0, 1_000);
    const views = await rig.view.find({ where: [], limit: 100 });
    await rig.stop();
    expect(new Set(events.map(({ type }) => type))).toEqual(
      new Set([
        'emailLink.EmailLinkSent',
        'emailLink.EmailLinkRedeemed',
        'emailCode.EmailCodeSent',
        'emailCode.EmailCodeRefused',
        'emailCode.EmailCodeRedeemed',
        'attempts.AttemptFailed',
        'attempts.AttemptSucceeded',
        'effect.EffectRequested',
        'effect.EffectDone',
      ]),
    );
    expect(views).toHaveLength(1);
    const written = JSON.stringify([events, views]);
    for (const secret of secrets) expect(written).not.toContain(secret);
    // Six digits occur by chance in ids, so a code is looked for as a whole value.
    expect(written).not.toContain(`"${code}"`);
    expect(written).not.toContain(`"${wrongCode(code)}"`);
  });

  it('of a guess is only what the key made of it: nobody without the key can try codes against the log', async () => {
    const rig = identityRig();
    await rig.loginMail.sendCode(loginRequest(), rig.command(), requestContext);
    await rig.deliver();
    const code = rig.mailbox.newestFirst()[0]!.codes[0]!;
    const { lookupHash } = rig.parts;
    const codes = new CodeRedemptionService({
      ...rig.parts,
      lookupHash: (scope, value) => (scope === 'redeem-email-code' ? 'the same' : lookupHash(scope, value)),
    });
    const guess = { flowId: 'login-1', organizationId: acme, address: 'ada@acme.test' };
    for (const offset of [1, 2, 3])
      expect(await outcomeOf(codes.redeem({ ...guess, code: wrongCode(code, offset) }, requestContext))).toBe(
        'unable_to_auth_otp_code',
      );
    const events = await rig.log.readAll(0, 100);
    await rig.stop();
    // With a key that hides every difference, three guesses are one command.
    expect(events.filter(({ type }) => type === 'emailCode.EmailCodeRefused')).toHaveLength(1);
  });
});
