import { age, type InMemoryEventLog, InMemoryReadStore, View } from '@muster/eventsourcing';
import fc from 'fast-check';
import { aggregates } from '../domain/aggregates.ts';
import { outboxProjection } from '../read-models/outbox/outbox.projection.ts';
import { acme, ada, projectId } from '../testing/facts.ts';
import { identityRig, type IdentityRig, requestContext } from '../testing/identity-rig.ts';
import { loginRequest, mailedCode, mailedToken, outcomeOf, wrongCode } from '../testing/requests.ts';

let rig: IdentityRig;
beforeEach(() => (rig = identityRig()));
afterEach(() => rig.stop());

const LATER = '2029-01-01T00:00:00.000Z';
const ageAll = () =>
  age(
    { log: rig.log as InMemoryEventLog, keys: rig.keys, aggregates },
    { projectId, now: LATER, olderThanDays: 30, upTo: 1_000_000, actor: 'system:ageing' },
  );
const agedTypes = async () =>
  (await rig.log.readAll(0, 1_000)).filter(({ data }) => data['$aged']).map(({ type }) => type);
const redeemLink = (token: string, flowId: string) =>
  outcomeOf(rig.links.redeem({ flowId, scope: 'organization', token, codeVerifier: null }, requestContext));
const redeemCode = (code: string, flowId: string) =>
  outcomeOf(
    rig.codes.redeem({ flowId, organizationId: acme, address: 'ada@acme.test', code }, requestContext),
  );

describe('E13: attack: coming back when the flow has aged', () => {
  it('R18, R20: with a used link: it is refused like one that never was, to its own flow too', async () => {
    const token = await mailedToken(rig);
    await redeemLink(token, 'login-1');
    await ageAll();
    expect(await agedTypes()).toContain('emailLink.EmailLinkRedeemed');
    for (const flowId of ['login-1', 'login-2'])
      expect(await redeemLink(token, flowId)).toBe('unable_to_auth_magic_link');
  });

  it('R18: with a link that nobody used', async () => {
    const token = await mailedToken(rig);
    await ageAll();
    expect(await agedTypes()).toContain('emailLink.EmailLinkSent');
    // By a clock that was set back: even then there is nothing left to redeem.
    expect(await redeemLink(token, 'login-1')).toBe('unable_to_auth_magic_link');
  });

  it('R18: with a used code, and with one that nobody used', async () => {
    const code = await mailedCode(rig);
    await redeemCode(code, 'login-1');
    await ageAll();
    expect(await agedTypes()).toContain('emailCode.EmailCodeRedeemed');
    for (const flowId of ['login-1', 'login-2'])
      expect(await redeemCode(code, flowId)).toBe('unable_to_auth_otp_code');
  });

  it('R19: after some wrong guesses: they are not forgiven, so the counters do not age', async () => {
    const code = await mailedCode(rig);
    for (let n = 1; n <= 4; n++) await redeemCode(wrongCode(code, n), `login-${n}`);
    await ageAll();
    expect((await agedTypes()).filter((type) => /^(attempts|emailCode)\./.test(type))).toEqual([]);
  });

  it('a new code after the old ones aged is good once', async () => {
    await redeemCode(await mailedCode(rig), 'login-1');
    await ageAll();
    const code = await mailedCode(rig);
    expect(await redeemCode(code, 'login-9')).toMatchObject({ memberId: ada });
    expect(await redeemCode(code, 'login-8')).toBe('unable_to_auth_otp_code');
  });

  it('E5: with the command that sent a link: nothing is sent again, and what it answered is gone', async () => {
    const command = rig.command('send-1');
    const send = () => outcomeOf(rig.loginMail.sendLink(loginRequest(), command, requestContext));
    await send();
    await rig.deliver();
    await ageAll();
    const head = await rig.log.head();
    expect(await send()).toBe('conflict');
    expect(await rig.log.head()).toBe(head);
  });
});

describe('E13, E25: mails', () => {
  it('are not sent again, though nothing is known of them any more', async () => {
    await mailedToken(rig);
    const sent = rig.mailbox.newestFirst().length;
    await ageAll();
    expect(await agedTypes()).toContain('effect.EffectDone');
    const other = identityRig(rig.kept);
    await other.deliver();
    await other.stop();
    expect(rig.mailbox.newestFirst()).toHaveLength(sent);
  });

  it(
    'E24: the outbox that is built from an aged log is the one that was kept up',
    () =>
      fc.assert(
        fc.asyncProperty(
          fc.array(fc.constantFrom('link', 'code', 'deliver', 'age'), { maxLength: 12 }),
          async (steps) => {
            rig = identityRig();
            rig.view.start();
            for (const step of [...steps, 'age']) {
              if (step === 'link')
                await rig.loginMail.sendLink(loginRequest(), rig.command(), requestContext);
              if (step === 'code')
                await rig.loginMail.sendCode(loginRequest(), rig.command(), requestContext);
              if (step === 'deliver') await rig.deliver();
              if (step === 'age') await ageAll();
            }
            const { log } = rig;
            const rebuilt = new View(outboxProjection, {
              log,
              codec: rig.parts.codec,
              store: new InMemoryReadStore(),
            });
            rebuilt.start();
            const all = { where: [], limit: 100 };
            expect(await rebuilt.find(all)).toEqual(await rig.view.find(all));
            await rebuilt.stop();
            await rig.stop();
          },
        ),
        { numRuns: 60 },
      ),
    60_000,
  );
});
