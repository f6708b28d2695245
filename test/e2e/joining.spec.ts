import { Backend, granted, refused } from './backend.ts';

const rule = (domain: string, mode: string, more: object = {}) => ({
  matcher: { type: 'email_domain', domain, state: 'listed' },
  mode,
  ...more,
});

describe('joining by e-mail domain', () => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await Backend.start();
  }, 60_000);
  afterAll(() => backend?.stop());

  /** An organization that lists domains, with one member who proved an address in each. */
  const withColleagues = async (domains: readonly string[], fields: object = {}) => {
    const { organization_id } = await backend.organization({
      email_allowed_domains: domains,
      email_invites: 'ALL_ALLOWED',
      ...fields,
    });
    for (const domain of domains) {
      const colleague = backend.person(`${backend.unique('old-hand')}@${domain}`);
      await backend.member(organization_id, colleague.address, { roles: ['stytch_admin'] });
      await colleague.logInByLink(organization_id);
    }
    return organization_id as string;
  };

  it('R32: nobody is moved into an organization that they did not choose', async () => {
    const offered = await withColleagues(['choice.example'], { email_jit_provisioning: 'RESTRICTED' });
    const pat = backend.person('pat@choice.example');
    const choices = await pat.choices(await pat.prove());
    expect(choices.get(offered)).toMatchObject({
      membership: { type: 'eligible_to_join_by_email_domain', details: { domain: 'choice.example' } },
    });
    expect(refused(await backend.memberAt(offered, pat.address))).toEqual([404, 'member_not_found']);
  });

  it('an accidental admission is left again, and the right organization joined with the same address', async () => {
    const wrong = await withColleagues(['two-doors.example'], { email_jit_provisioning: 'RESTRICTED' });
    const right = await withColleagues(['two-doors.example'], { email_jit_provisioning: 'RESTRICTED' });
    const lee = backend.person('lee@two-doors.example');
    const entered = granted(await lee.enter(await lee.prove(), wrong));
    expect(entered.member).toMatchObject({ status: 'active' });
    const left = await backend.wire.delete(`/v1/b2b/organizations/${wrong}/members/${entered.member_id}`, {
      as: entered.session_token,
    });
    granted(left);
    expect(refused(await backend.check(entered.session_token))).toEqual([404, 'session_not_found']);

    const intermediate = await lee.prove();
    const joined = granted(await lee.enter(intermediate, right));
    expect(joined).toMatchObject({ member_authenticated: true, organization: { organization_id: right } });
    granted(await backend.check(joined.session_token));
    expect(refused(await backend.memberAt(wrong, lee.address))).toEqual([404, 'member_not_found']);
  });

  it('R31: domains of two subsidiaries in one organization follow different rules', async () => {
    const domains = ['north.example', 'south.example', 'east.example', 'west.example'];
    const group = await withColleagues(domains);
    await backend.jitRules(group, [
      rule('north.example', 'auto', { cap: 2 }),
      rule('south.example', 'approve'),
      rule('east.example', 'off'),
      rule('west.example', 'ask'),
    ]);
    const north = backend.person('new@north.example');
    const inByLogin = await north.logInByLink(group);
    expect(inByLogin).toMatchObject({ member_authenticated: true, member: { status: 'active' } });

    const south = backend.person('new@south.example');
    const asked = await south.enter(await south.prove(), group);
    expect(refused(asked)).toEqual([403, 'join_request_pending']);
    const requests = granted(await backend.wire.get(`/v1/b2b/organizations/${group}/join_requests`));
    expect(requests.join_requests).toHaveLength(1);
    const [request] = requests.join_requests;
    granted(
      await backend.wire.post(
        `/v1/b2b/organizations/${group}/join_requests/${request.join_request_id}/approve`,
        {},
      ),
    );
    const approved = granted(await south.enter(await south.prove(), group));
    expect(approved).toMatchObject({ member_authenticated: true, member: { status: 'active' } });

    const east = backend.person('new@east.example');
    expect((await east.choices(await east.prove())).has(group)).toBe(false);
    const forced = await east.enter(await east.prove(), group);
    expect(forced.status).toBe(403);
    expect(forced.body).toMatchObject({ reasons: [{ code: 'rule_is_off' }] });

    const west = backend.person('new@west.example');
    expect((await west.askForLink(group)).status).toBe(400);
    expect((await west.choices(await west.prove())).has(group)).toBe(true);
    const chosen = granted(await west.enter(await west.prove(), group));
    expect(chosen.member).toMatchObject({ status: 'active' });

    const lastInNorth = backend.person('second@north.example');
    granted(await lastInNorth.enter(await lastInNorth.prove(), group));
    const tooMany = backend.person('third@north.example');
    const full = await tooMany.enter(await tooMany.prove(), group);
    expect(full.body).toMatchObject({ status_code: 403, reasons: [{ code: 'rule_is_full' }] });
  });

  it('R30: a door that is turned off lets nobody in, not even with a link sent before', async () => {
    const organization = await withColleagues(['closing.example'], { email_jit_provisioning: 'RESTRICTED' });
    const quick = backend.person('quick@closing.example');
    granted(await quick.askForLink(organization));
    const slow = backend.person('slow@closing.example');
    const intermediate = await slow.prove();
    await backend.update(organization, { email_jit_provisioning: 'NOT_ALLOWED' });

    const late = await quick.openLink();
    expect(late.status).toBe(403);
    expect(late.body).toMatchObject({
      error_type: 'admission_refused',
      reasons: [{ code: 'rule_is_off' }],
    });
    expect(granted(await backend.memberAt(organization, quick.address)).member.status).toBe('pending');
    expect((await slow.choices(intermediate)).has(organization)).toBe(false);
    expect((await slow.enter(intermediate, organization)).status).toBe(403);
    expect(refused(await slow.askForLink(organization))).toEqual([400, 'email_jit_provisioning_not_allowed']);
  });

  it('R33: gmail.com is refused when it is written, in flat fields and in rules', async () => {
    const { organization_id } = await backend.organization();
    const flat = await backend.wire.put(`/v1/b2b/organizations/${organization_id}`, {
      email_allowed_domains: ['gmail.com'],
    });
    expect(refused(flat)).toEqual([400, 'organization_settings_domain_too_common']);
    const inRules = await backend.wire.put(`/v1/b2b/organizations/${organization_id}/jit_rules`, {
      rules: [rule('gmail.com', 'auto')],
    });
    expect(inRules.status).toBe(400);
    const { rules } = granted(await backend.wire.get(`/v1/b2b/organizations/${organization_id}/jit_rules`));
    expect(JSON.stringify(rules)).not.toContain('gmail');
  });

  it('R36: every admission is explained afterwards, refusals too', async () => {
    const organization = await withColleagues(['explained.example'], {
      email_jit_provisioning: 'RESTRICTED',
    });
    const ann = backend.person('ann@explained.example');
    const { member_id } = granted(await ann.enter(await ann.prove(), organization));
    const bob = backend.person('bob@elsewhere.example');
    const refusedBob = await bob.enter(await bob.prove(), organization);
    expect(refusedBob.status).toBe(403);
    const admissions = await backend.admissions(organization);
    const explained = admissions.map(
      ({
        outcome,
        member_id: who,
        reasons,
      }: {
        outcome: string;
        member_id?: string;
        reasons: { code: string }[];
      }) => [outcome, who ?? null, reasons.map(({ code }) => code)],
    );
    expect(explained).toContainEqual(['admitted', member_id, ['rule_admits']]);
    expect(explained).toContainEqual(['refused', null, ['no_rule_matches']]);
    for (const { admission_id } of admissions) {
      const path = `/v1/b2b/organizations/${organization}/admissions/${admission_id}`;
      const { admission } = granted(await backend.wire.get(path));
      expect(admission).toMatchObject({ admission_id });
      expect(JSON.stringify(admission)).toMatch(/explained\.example|elsewhere\.example/);
    }
  });

  it('R33: a pending member is nobody: no role, no vouching for a domain, gone with the last link', async () => {
    const { organization_id } = await backend.organization({
      email_allowed_domains: ['pending.example'],
      email_jit_provisioning: 'RESTRICTED',
      email_invites: 'ALL_ALLOWED',
    });
    const first = backend.person('first@pending.example');
    granted(await first.askForLink(organization_id));
    const second = backend.person('second@pending.example');
    expect((await second.choices(await second.prove())).has(organization_id)).toBe(false);
    const { member } = granted(await backend.memberAt(organization_id, first.address));
    expect(member).toMatchObject({ status: 'pending', is_admin: false });
    backend.muster.clock.advance({ minutes: 61 });
    expect(refused(await first.openLink())).toEqual([401, 'unable_to_auth_magic_link']);
  });
});
