import { identityRig, type IdentityRig } from '../testing/identity-rig.ts';
import { outcomeOf } from '../testing/requests.ts';

let rig: IdentityRig;
beforeEach(() => (rig = identityRig()));
afterEach(() => rig.stop());

const sendLink = (request: object = {}) =>
  rig.discoveryMail.sendLink(
    {
      emailAddress: 'ada@acme.test',
      minutes: undefined,
      redirectUrl: undefined,
      codeChallenge: undefined,
      ...request,
    },
    rig.command(),
  );
const sendCode = (request: object = {}) =>
  rig.discoveryMail.sendCode(
    { emailAddress: 'ada@acme.test', minutes: undefined, ...request },
    rig.command(),
  );

describe('mailing a proof for discovery', () => {
  it('R20: does the same for a member and for nobody, and asks nobody who is who', async () => {
    const written: number[] = [];
    for (const emailAddress of ['ada@acme.test', 'nobody@nowhere.test']) {
      expect(await sendLink({ emailAddress })).toBeUndefined();
      expect(await sendCode({ emailAddress })).toBeUndefined();
      written.push(await rig.log.head());
    }
    await rig.deliver();
    expect(written).toEqual([4, 8]);
    expect(rig.organizations.asked).toEqual([]);
    expect(rig.mailbox.newestFirst('ada@acme.test')).toHaveLength(2);
    expect(rig.mailbox.newestFirst('nobody@nowhere.test')).toHaveLength(2);
  });

  it('leads to the discovery URL, with the token type of discovery', async () => {
    await sendLink();
    await rig.deliver();
    expect(rig.mailbox.newestFirst()[0]!.links).toEqual([
      expect.stringMatching(
        /^https:\/\/app\.acme\.test\/discover\?stytch_token_type=discovery&token=[\w-]{71}$/,
      ),
    ]);
  });

  it.each([
    [{ emailAddress: 'two@at@signs.test' }, 'invalid_email'],
    [{ minutes: 4 }, 'invalid_expiration'],
    [{ minutes: 10_081 }, 'invalid_expiration'],
    [{ redirectUrl: 'https://evil.test/' }, 'no_match_for_provided_magic_link_url'],
    [{ redirectUrl: 'https://app.acme.test/login' }, 'no_match_for_provided_magic_link_url'],
    [{ codeChallenge: 'short' }, 'invalid_pkce_code_challenge'],
  ])('a link is refused for %j: %s', async (request, code) => {
    expect(await outcomeOf(sendLink(request))).toBe(code);
  });

  it('a code lives for two to fifteen minutes', async () => {
    expect(await outcomeOf(sendCode({ minutes: 1 }))).toBe('invalid_expiration');
    expect(await outcomeOf(sendCode({ minutes: 16 }))).toBe('invalid_expiration');
  });
});
