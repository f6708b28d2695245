import { Backend, granted, type Person, refused } from './backend.ts';

describe('a contractor with one address in three organizations', () => {
  let backend: Backend;
  let carol: Person;
  let open: { organization_id: string };
  let strict: { organization_id: string };
  let short: { organization_id: string };

  beforeAll(async () => {
    backend = await Backend.start();
    carol = backend.person('carol@contractor.example');
    open = await backend.organization();
    strict = await backend.organization({ auth_methods: 'RESTRICTED', allowed_auth_methods: ['email_otp'] });
    short = await backend.organization();
    for (const { organization_id } of [open, strict, short])
      await backend.member(organization_id, carol.address);
    await backend.sessionPolicy(short.organization_id, {
      maximum_duration_minutes: 30,
    });
  }, 60_000);
  afterAll(() => backend?.stop());

  it('R1: is three members with three ids', async () => {
    const ids = await Promise.all(
      [open, strict, short].map(
        async ({ organization_id }) =>
          granted(await backend.memberAt(organization_id, carol.address)).member_id,
      ),
    );
    expect(new Set(ids).size).toBe(3);
  });

  it('R11: sees in discovery what each of them still asks for', async () => {
    const choices = await carol.choices(await carol.prove());
    expect(choices.get(open.organization_id)).toMatchObject({
      member_authenticated: true,
      primary_required: null,
      mfa_required: null,
    });
    expect(choices.get(short.organization_id)).toMatchObject({ member_authenticated: true });
    expect(choices.get(strict.organization_id)).toMatchObject({
      member_authenticated: false,
      primary_required: {
        allowed_auth_methods: ['email_otp'],
        reasons: [{ code: 'methods_not_allowed', details: { used_methods: ['magic_link'] } }],
      },
    });
  });

  it('R14: gets from each the session that its own policy allows', async () => {
    const minutes = ({
      member_session: { started_at, expires_at },
    }: Awaited<ReturnType<Person['logInByCode']>>) =>
      Math.round((Date.parse(expires_at) - Date.parse(started_at)) / 60_000);
    const wish = { session_duration_minutes: 600 };
    expect(minutes(await carol.logInByCode(open.organization_id, wish))).toBe(600);
    expect(minutes(await carol.logInByCode(strict.organization_id, wish))).toBe(600);
    expect(minutes(await carol.logInByCode(short.organization_id, wish))).toBe(30);
  });

  it('R3: stays logged in to two of them when the third closes its doors, removes her, and is deleted', async () => {
    const kept = [
      await carol.logInByCode(open.organization_id),
      await carol.logInByCode(short.organization_id),
    ];
    const lost = await carol.logInByCode(strict.organization_id);
    await backend.update(strict.organization_id, {
      allowed_auth_methods: ['sso'],
      mfa_policy: 'REQUIRED_FOR_ALL',
    });
    for (const { session_token } of kept) granted(await backend.check(session_token));
    const removed = await backend.wire.delete(
      `/v1/b2b/organizations/${strict.organization_id}/members/${lost.member_id}`,
    );
    granted(removed);
    expect(refused(await backend.check(lost.session_token))).toEqual([404, 'session_not_found']);
    granted(await backend.wire.delete(`/v1/b2b/organizations/${strict.organization_id}`));
    for (const { session_token } of kept) granted(await backend.check(session_token));
    expect([...(await carol.choices(await carol.prove())).keys()].toSorted()).toEqual(
      [open.organization_id, short.organization_id].toSorted(),
    );
  });

  it('R19: a member locked out by wrong codes in one organization logs in to the other', async () => {
    const outcomes: (string | undefined)[] = [];
    for (let guess = 0; guess < 11; guess++) {
      // New codes do not help: the counter is the member's.
      if (guess % 3 === 0) granted(await carol.askForCode(open.organization_id));
      const answer = await carol.typeWrongCode(open.organization_id, guess % 3 === 0);
      outcomes.push(answer.body.error_type);
    }
    expect(outcomes.slice(0, 9)).toEqual(Array(9).fill('unable_to_auth_otp_code'));
    expect(outcomes.slice(9)).toEqual(Array(2).fill('user_lock_limit_reached'));
    expect((await carol.logInByCode(short.organization_id)).member_authenticated).toBe(true);
  });
});
