import { acme, ada, globex, memberFacts, organizationFacts } from '../testing/facts.ts';
import { identityRig, type IdentityRig, requestContext } from '../testing/identity-rig.ts';
import { CodeRedemptionService } from './code-redemption.service.ts';
import type { Tokens } from './ports.ts';
import { mailedCode, newestCode, outcomeOf, wrongCode } from '../testing/requests.ts';

let rig: IdentityRig;
let flows: number;
beforeEach(() => {
  rig = identityRig();
  flows = 0;
});
afterEach(() => rig.stop());

const redeem = (code: string, more: object = {}) =>
  rig.codes.redeem(
    { flowId: `login-${flows++}`, organizationId: acme, address: 'ada@acme.test', code, ...more },
    requestContext,
  );
const outcome = (code: string, more?: object) => outcomeOf(redeem(code, more));
const logged = async (type: string) =>
  (await rig.log.readAll(0, 10_000)).filter((event) => event.type === type);

describe('redeeming an e-mail code', () => {
  it('R10: proves control of the address it was sent to, which counts anywhere', async () => {
    const code = await mailedCode(rig);
    rig.passMinutes(1);
    expect(await redeem(code, { address: 'ADA@acme.test' })).toEqual({
      factor: {
        method: 'email_otp',
        order: 'PRIMARY',
        subject: { kind: 'email', address: 'ada@acme.test', emailId: 'member-email-ada' },
        trust: { kind: 'anywhere' },
        firstProvenAt: '2026-11-23T09:01:00.000Z',
        lastProvenAt: '2026-11-23T09:01:00.000Z',
      },
      organizationId: acme,
      memberId: ada,
      memberEpoch: 7,
      organizationEpoch: 3,
      purpose: 'login',
    });
  });

  it('R18, S09: fifty flows with the right code at once: one wins, forty-nine are refused', async () => {
    const code = await mailedCode(rig);
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => outcome(code)));
    expect(outcomes.filter((one) => one === 'unable_to_auth_otp_code')).toHaveLength(49);
    expect(await logged('emailCode.EmailCodeRedeemed')).toHaveLength(1);
  });

  it('R18, S09: one flow fifty times at once: one effect, one answer', async () => {
    const code = await mailedCode(rig);
    const answers = await Promise.all(Array.from({ length: 50 }, () => redeem(code, { flowId: 'login-x' })));
    answers.push(await redeem(code, { flowId: 'login-x' }));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await logged('emailCode.EmailCodeRedeemed')).toHaveLength(1);
  });

  it('R18: a flow that repeats a wrong code is refused again and counted once', async () => {
    const code = await mailedCode(rig);
    for (let again = 0; again < 20; again++)
      expect(await outcome(wrongCode(code), { flowId: 'login-x' })).toBe('unable_to_auth_otp_code');
    expect(await logged('attempts.AttemptFailed')).toHaveLength(1);
  });

  it('is possible up to the last millisecond of ten minutes', async () => {
    const code = await mailedCode(rig);
    rig.setClock('2026-11-23T09:10:00.000Z');
    expect(await outcome(code)).toBe('unable_to_auth_otp_code');
    rig.setClock('2026-11-23T09:09:59.999Z');
    expect(await redeem(code)).toMatchObject({ memberId: ada });
  });

  it('R3: a code of one organization, address or discovery is worth nothing for another', async () => {
    rig.organizations.add(organizationFacts({ organizationId: globex, slug: 'globex' }), memberFacts());
    const code = await mailedCode(rig);
    expect(await outcome(code, { organizationId: globex })).toBe('unable_to_auth_otp_code');
    expect(await outcome(code, { organizationId: null })).toBe('unable_to_auth_otp_code');
    expect(await outcome(code, { address: 'eve@acme.test' })).toBe('unable_to_auth_otp_code');
    expect(await outcome(code, { address: 'no address' })).toBe('unable_to_auth_otp_code');
    expect(await redeem(code)).toMatchObject({ organizationId: acme });
  });

  it('a new code kills the earlier ones', async () => {
    const first = await mailedCode(rig);
    let second = await mailedCode(rig);
    // One time in a million they are the same six digits.
    while (second === first) second = await mailedCode(rig);
    expect(await outcome(first)).toBe('unable_to_auth_otp_code');
    expect(await redeem(second)).toMatchObject({ memberId: ada });
  });

  it('nothing but the six digits themselves is right', async () => {
    const code = await mailedCode(rig);
    for (const bad of ['', ` ${code}`, `${code}0`, code.slice(1)])
      expect(await outcome(bad)).toBe('unable_to_auth_otp_code');
    expect(await redeem(code)).toMatchObject({ memberId: ada });
  });
});

describe('guessing codes', () => {
  it('R19, S11: of two hundred wrong guesses at once five are looked at', async () => {
    const code = await mailedCode(rig);
    const guesses = Array.from({ length: 200 }, (_, index) => outcome(wrongCode(code, index + 1)));
    expect(new Set(await Promise.all(guesses))).toEqual(new Set(['unable_to_auth_otp_code']));
    expect(await logged('emailCode.EmailCodeRefused')).toHaveLength(5);
    expect(await logged('attempts.AttemptFailed')).toHaveLength(5);
    expect(await outcome(code)).toBe('unable_to_auth_otp_code');
  });

  it('R19, S11: sending again does not reset the count: ten wrong guesses lock for an hour', async () => {
    for (let sent = 0; sent < 4; sent++) {
      const code = await mailedCode(rig);
      await Promise.all(Array.from({ length: 50 }, (_, index) => outcome(wrongCode(code, index + 1))));
    }
    expect(await logged('emailCode.EmailCodeRefused')).toHaveLength(10);
    expect(await logged('attempts.FactorLocked')).toHaveLength(1);
    const right = await mailedCode(rig, { loginMinutes: 15 });
    expect(await outcome(right)).toBe('user_lock_limit_reached');
    rig.setClock('2026-11-23T10:00:00.000Z');
    expect(await redeem(await mailedCode(rig))).toMatchObject({ memberId: ada });
  });

  it('R19: while the member is locked nothing is compared, and that is what is said of any code', async () => {
    for (let sent = 0; sent < 2; sent++) {
      const code = await mailedCode(rig);
      for (let guess = 1; guess <= 5; guess++) await outcome(wrongCode(code, guess));
    }
    const right = await mailedCode(rig);
    const compared: string[] = [];
    const tokens: Tokens = {
      ...rig.tokens,
      matchesCode: (type, id, generation, code) => {
        compared.push(code);
        return rig.tokens.matchesCode(type, id, generation, code);
      },
    };
    const codes = new CodeRedemptionService({ ...rig.parts, tokens });
    const guess = { flowId: 'login-x', organizationId: acme, address: 'ada@acme.test' };
    const answer = () => outcomeOf(codes.redeem({ ...guess, code: right }, requestContext));
    expect(await answer()).toBe('user_lock_limit_reached');
    rig.passMinutes(10);
    // The code has ended by now, the lock has not.
    expect(await answer()).toBe('user_lock_limit_reached');
    expect(compared).toEqual([]);
  });

  it('R19: the guess that locks is told so', async () => {
    const refusals: unknown[] = [];
    for (let sent = 0; sent < 2; sent++) {
      const code = await mailedCode(rig);
      for (let guess = 1; guess <= 5; guess++) refusals.push(await outcome(wrongCode(code, guess)));
    }
    expect(refusals.slice(0, 9)).toEqual(Array(9).fill('unable_to_auth_otp_code'));
    expect(refusals[9]).toBe('user_lock_limit_reached');
  });

  it('R19: counts for the member over all addresses', async () => {
    const update = { organizationId: acme, memberId: ada, address: 'ada@new.test', redirectUrl: null };
    const code = await mailedCode(rig);
    for (let guess = 1; guess <= 5; guess++) await outcome(wrongCode(code, guess));
    await rig.emailUpdates.send(
      { ...update, commandId: 'update-1', delivery: 'EMAIL_OTP' },
      rig.command('update-1'),
      requestContext,
    );
    const atNewAddress = await newestCode(rig);
    for (let guess = 1; guess <= 5; guess++)
      await outcome(wrongCode(atNewAddress, guess), { address: 'ada@new.test' });
    expect(await outcome(atNewAddress, { address: 'ada@new.test' })).toBe('unable_to_auth_otp_code');
    expect(await outcome(await mailedCode(rig))).toBe('user_lock_limit_reached');
  });

  it('R19: the right code in time forgets the wrong ones', async () => {
    for (let round = 0; round < 3; round++) {
      const code = await mailedCode(rig);
      for (let guess = 1; guess <= 4; guess++) await outcome(wrongCode(code, guess));
      expect(await redeem(code)).toMatchObject({ memberId: ada });
    }
    expect(await logged('attempts.FactorLocked')).toHaveLength(0);
  });

  it('R3: locks the member of that organization only', async () => {
    const ofGlobex = memberFacts({ memberId: 'member-test-01919191-0000-7000-8000-0000000000b1' });
    rig.organizations.add(organizationFacts({ organizationId: globex, slug: 'globex' }), ofGlobex);
    for (let sent = 0; sent < 2; sent++) {
      const code = await mailedCode(rig);
      for (let guess = 1; guess <= 5; guess++) await outcome(wrongCode(code, guess));
    }
    const code = await mailedCode(rig, { organization: globex });
    expect(await redeem(code, { organizationId: globex })).toMatchObject({ memberId: ofGlobex.memberId });
  });

  it('R19: in discovery the address is what is paused, and no member is locked', async () => {
    const discover = { organizationId: null };
    for (let sent = 0; sent < 3; sent++) {
      await rig.discoveryMail.sendCode({ emailAddress: 'ada@acme.test', minutes: undefined }, rig.command());
      const code = await newestCode(rig);
      for (let guess = 1; guess <= 5; guess++) await outcome(wrongCode(code, guess), discover);
    }
    expect(await logged('emailCode.EmailCodeRefused')).toHaveLength(10);
    expect(await outcome(await newestCode(rig), discover)).toBe('too_many_requests');
    expect(await redeem(await mailedCode(rig))).toMatchObject({ memberId: ada });
  });
});
