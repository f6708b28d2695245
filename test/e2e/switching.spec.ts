import { Backend, granted, refused } from './backend.ts';

describe('switching organizations', () => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await Backend.start();
  }, 60_000);
  afterAll(() => backend?.stop());

  const sue = async (...policies: readonly Readonly<Record<string, unknown>>[]) => {
    const person = backend.person(`${backend.unique('sue')}@switch.example`);
    const organizations = [];
    for (const policy of policies) {
      const { organization_id } = await backend.organization(policy);
      await backend.member(organization_id, person.address);
      organizations.push(organization_id as string);
    }
    return { person, organizations: organizations as [string, string, ...string[]] };
  };

  it('needs nothing proven again where the other one accepts what was proven', async () => {
    const {
      person,
      organizations: [here, there],
    } = await sue({}, {});
    const { session_token } = await person.logInByLink(here);
    const switched = granted(await person.switchTo(there, session_token));
    expect(switched).toMatchObject({
      member_authenticated: true,
      intermediate_session_token: '',
      primary_required: null,
      mfa_required: null,
      member_session: { organization_id: there, authentication_factors: [{ type: 'magic_link' }] },
    });
    expect(granted(await backend.check(session_token)).member_session.organization_id).toBe(here);
    expect(granted(await backend.check(switched.session_token)).member_session.organization_id).toBe(there);
  });

  it('asks only for what is missing, and the step-up needs no second login', async () => {
    const {
      person,
      organizations: [here, there],
    } = await sue({}, { auth_methods: 'RESTRICTED', allowed_auth_methods: ['email_otp'] });
    const { session_token } = await person.logInByLink(here);
    const gap = granted(await person.switchTo(there, session_token));
    expect(gap).toMatchObject({
      member_authenticated: false,
      session_token: '',
      primary_required: {
        allowed_auth_methods: ['email_otp'],
        reasons: [{ code: 'methods_not_allowed' }],
      },
    });
    const { intermediate_session_token } = gap;
    const stepped = await person.logInByCode(there, { intermediate_session_token });
    expect(stepped).toMatchObject({
      member_authenticated: true,
      member_session: { organization_id: there },
    });
    granted(await backend.check(session_token));
    expect(refused(await person.enter(intermediate_session_token, there))).toEqual([
      404,
      'intermediate_session_not_found',
    ]);
  });

  it('R14: "re-authenticate every 6 hours" in one organization does not touch the other', async () => {
    const {
      person,
      organizations: [relaxed, strict],
    } = await sue({}, {});
    await backend.sessionPolicy(strict, { reauthentication_interval_minutes: 360 });
    const wish = { session_duration_minutes: 1_440 };
    const inRelaxed = await person.logInByLink(relaxed, wish);
    const inStrict = granted(await person.switchTo(strict, inRelaxed.session_token, wish));

    backend.muster.clock.advance({ hours: 5 });
    granted(await backend.check(inRelaxed.session_token));
    granted(await backend.check(inStrict.session_token));

    backend.muster.clock.advance({ hours: 1, minutes: 1 });
    granted(await backend.check(inRelaxed.session_token));
    expect((await backend.check(inStrict.session_token)).status).toBe(404);

    const gap = granted(await person.switchTo(strict, inRelaxed.session_token));
    expect(gap).toMatchObject({
      member_authenticated: false,
      primary_required: null,
      reauthentication_required: {
        reasons: [{ code: 'proven_too_long_ago', details: { interval_minutes: 360 } }],
      },
    });
    const again = await person.logInByCode(strict, {
      intermediate_session_token: gap.intermediate_session_token,
    });
    expect(again.member_authenticated).toBe(true);
    granted(await backend.check(again.session_token));
    granted(await backend.check(inRelaxed.session_token));
  });

  it('R14: an idle time-out and a maximum duration end a session of their own organization only', async () => {
    const {
      person,
      organizations: [plain, idle, capped],
    } = await sue({}, {}, {});
    await backend.sessionPolicy(idle, { idle_timeout_minutes: 30 });
    await backend.sessionPolicy(capped!, { maximum_duration_minutes: 60 });
    const wish = { session_duration_minutes: 600 };
    const inPlain = await person.logInByLink(plain, wish);
    const inIdle = granted(await person.switchTo(idle, inPlain.session_token, wish));
    const inCapped = granted(await person.switchTo(capped!, inPlain.session_token, wish));
    for (let passed = 0; passed < 50; passed += 25) {
      backend.muster.clock.advance({ minutes: 25 });
      for (const { session_token } of [inPlain, inIdle, inCapped])
        granted(await backend.check(session_token));
    }
    granted(await backend.check(inCapped.session_token, wish));
    backend.muster.clock.advance({ minutes: 31 });
    granted(await backend.check(inPlain.session_token));
    expect(refused(await backend.check(inIdle.session_token))).toEqual([404, 'session_not_found']);
    expect(refused(await backend.check(inCapped.session_token))).toEqual([404, 'session_not_found']);
  });

  it('R16: tightening a policy leaves sessions alone until they ask for more time', async () => {
    const {
      person,
      organizations: [here],
    } = await sue({}, {});
    const { session_token } = await person.logInByLink(here);
    await backend.update(here, { auth_methods: 'RESTRICTED', allowed_auth_methods: ['email_otp'] });
    granted(await backend.check(session_token));
    const extended = await backend.check(session_token, { session_duration_minutes: 600 });
    expect(extended.status).not.toBe(200);
  });

  it('an intermediate session ends after ten minutes, used or not', async () => {
    const {
      person,
      organizations: [here],
    } = await sue({}, {});
    const intermediate = await person.prove();
    backend.muster.clock.advance({ minutes: 9 });
    expect((await person.choices(intermediate)).size).toBe(2);
    backend.muster.clock.advance({ minutes: 2 });
    expect(refused(await person.enter(intermediate, here))).toEqual([404, 'intermediate_session_not_found']);
  });
});
