import { createHash } from 'node:crypto';
import { acme, ada, globex, organizationFacts } from '../testing/facts.ts';
import { identityRig, type IdentityRig, requestContext } from '../testing/identity-rig.ts';
import { mailedToken, newestToken, outcomeOf } from '../testing/requests.ts';

let rig: IdentityRig;
beforeEach(() => (rig = identityRig()));
afterEach(() => rig.stop());

const redeem = (token: string, more: object = {}) =>
  rig.links.redeem(
    { flowId: 'login-1', scope: 'organization', token, codeVerifier: null, ...more },
    requestContext,
  );
const refusal = (token: string, more?: object) => outcomeOf(redeem(token, more));
const redeemedEvents = async () =>
  (await rig.log.readAll(0, 1_000)).filter(({ type }) => type === 'emailLink.EmailLinkRedeemed');

describe('redeeming an e-mail link', () => {
  it('R10: proves control of the address it was sent to, which counts anywhere', async () => {
    const token = await mailedToken(rig);
    rig.passMinutes(5);
    expect(await redeem(token)).toEqual({
      factor: {
        method: 'magic_link',
        order: 'PRIMARY',
        subject: { kind: 'email', address: 'ada@acme.test', emailId: 'member-email-ada' },
        trust: { kind: 'anywhere' },
        firstProvenAt: '2026-11-23T09:05:00.000Z',
        lastProvenAt: '2026-11-23T09:05:00.000Z',
      },
      organizationId: acme,
      memberId: ada,
      memberEpoch: 7,
      organizationEpoch: 3,
      purpose: 'login',
    });
  });

  it('R18, S09: fifty flows with one link at once: one wins, forty-nine are refused', async () => {
    const token = await mailedToken(rig);
    const flows = Array.from({ length: 50 }, (_, index) => `login-${index}`);
    const outcomes = await Promise.all(flows.map((flowId) => refusal(token, { flowId })));
    expect(outcomes.filter((outcome) => outcome === 'unable_to_auth_magic_link')).toHaveLength(49);
    expect(await redeemedEvents()).toHaveLength(1);
  });

  it('R18, S09: one flow fifty times at once, and once more later: one effect, one answer', async () => {
    const token = await mailedToken(rig);
    const answers = await Promise.all(Array.from({ length: 50 }, () => redeem(token)));
    rig.passMinutes(120);
    answers.push(await redeem(token));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await redeemedEvents()).toHaveLength(1);
  });

  it('is possible up to the last millisecond of an hour', async () => {
    const token = await mailedToken(rig);
    rig.setClock('2026-11-23T10:00:00.000Z');
    expect(await refusal(token)).toBe('unable_to_auth_magic_link');
    rig.setClock('2026-11-23T09:59:59.999Z');
    expect(await redeem(token)).toMatchObject({ memberId: ada });
  });

  it('R20: unknown, forged, foreign and discovery links are refused in the same words', async () => {
    const token = await mailedToken(rig);
    const unknown = rig.tokens.derive(
      'email-link',
      'email-link-test-01919191-0000-7000-8000-0000000000ff',
      1,
    );
    const forged = `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`;
    const other = identityRig();
    const foreign = await mailedToken(other);
    await other.stop();
    for (const bad of [unknown, forged, foreign, 'made-up', ''])
      expect(await refusal(bad)).toBe('unable_to_auth_magic_link');
    expect(await refusal(token, { scope: 'discovery' })).toBe('unable_to_auth_magic_link');
    expect(await redeem(token)).toMatchObject({ purpose: 'login' });
  });

  it('has one token: that of any other generation of its id is refused', async () => {
    const token = await mailedToken(rig);
    const { id } = rig.tokens.verify('email-link', token)!;
    expect(await refusal(rig.tokens.derive('email-link', id, 2))).toBe('unable_to_auth_magic_link');
    expect(await redeem(rig.tokens.derive('email-link', id, 1))).toMatchObject({ memberId: ada });
  });

  it('in discovery names neither organization nor member', async () => {
    await rig.discoveryMail.sendLink(
      { emailAddress: 'Ada@Acme.TEST', minutes: undefined, redirectUrl: undefined, codeChallenge: undefined },
      rig.command(),
    );
    const token = await newestToken(rig);
    expect(await refusal(token)).toBe('unable_to_auth_magic_link');
    expect(await redeem(token, { scope: 'discovery' })).toMatchObject({
      factor: { subject: { address: 'ada@acme.test' }, trust: { kind: 'anywhere' } },
      organizationId: null,
      memberId: null,
      memberEpoch: null,
      organizationEpoch: null,
      purpose: 'discovery',
    });
  });

  it('S48: a link stolen from the mail is of no use without the verifier, and is not spoiled by trying', async () => {
    const verifier = 'v'.repeat(43);
    const codeChallenge = createHash('sha256').update(verifier).digest('base64url');
    const token = await mailedToken(rig, { codeChallenge });
    expect(await refusal(token)).toBe('pkce_expected_code_verifier');
    expect(await refusal(token, { codeVerifier: 'w'.repeat(43) })).toBe('pkce_mismatch');
    expect(await redeem(token, { codeVerifier: verifier })).toMatchObject({ memberId: ada });
    expect(await refusal(token, { codeVerifier: 'w'.repeat(43) })).toBe('pkce_mismatch');
  });

  it('RFC 9700: a verifier for a link without a challenge is a downgrade, and refused', async () => {
    const token = await mailedToken(rig);
    expect(await refusal(token, { codeVerifier: 'v'.repeat(43) })).toBe('pkce_mismatch');
  });

  it('R16: tells the epochs of the time it was sent, whatever was raised since', async () => {
    const token = await mailedToken(rig);
    rig.organizations.add(organizationFacts({ epoch: 4 }));
    expect(await redeem(token)).toMatchObject({ organizationEpoch: 3, memberEpoch: 7 });
  });

  it('R54: of an erased person proves nothing any more', async () => {
    const token = await mailedToken(rig);
    await rig.keys.destroy(`${requestContext.projectId}/${acme}/${ada}`);
    expect(await refusal(token)).toBe('unable_to_auth_magic_link');
  });

  it('belongs to the organization it was sent for, wherever it is brought', async () => {
    rig.organizations.add(organizationFacts({ organizationId: globex, slug: 'globex' }));
    expect(await redeem(await mailedToken(rig))).toMatchObject({ organizationId: acme });
  });
});
