import { DnsServer, type WireAnswer } from '@muster/testkit';
import { Backend, granted, refused } from './backend.ts';

describe('the colleague who listed the company domain and left', () => {
  let backend: Backend;
  let dns: DnsServer;
  let abandoned: string;
  let leaving: WireAnswer;

  beforeAll(async () => {
    dns = await DnsServer.start();
    backend = await Backend.start({ env: { MUSTER_DNS_SERVERS: dns.address } });
    const pioneer = backend.person('pioneer@company.example');
    const founded = await pioneer.found(await pioneer.prove(), {
      organization_name: 'Company',
      organization_slug: 'company',
      email_allowed_domains: ['company.example'],
      email_jit_provisioning: 'RESTRICTED',
      email_invites: 'ALL_ALLOWED',
    });
    abandoned = founded.organization.organization_id;
    const witness = backend.person('witness@company.example');
    granted(await witness.enter(await witness.prove(), abandoned));

    const { member_id, session_token } = founded;
    const own = `/v1/b2b/organizations/${abandoned}/members/${member_id}`;
    leaving = await backend.wire.delete(own, { as: session_token });
    granted(await backend.wire.delete(own));
  }, 60_000);
  afterAll(async () => {
    await backend?.stop();
    await dns?.stop();
  });

  it('R7: could not leave as the last steward; the backend could remove them', () => {
    expect(refused(leaving)).toEqual([400, 'cannot_remove_last_steward']);
  });

  it('R8: its just-in-time doors are paused', async () => {
    const newcomer = backend.person('newcomer@company.example');
    const direct = await newcomer.askForLink(abandoned);
    expect(direct.status).toBe(400);
    const entering = await newcomer.enter(await newcomer.prove(), abandoned);
    expect(entering.status).toBe(403);
    expect(entering.body.reasons.map(({ code }: { code: string }) => code)).toContain(
      'organization_ownerless',
    );
  });

  it('R8: its members still get in, and discovery tells them that nobody owns it', async () => {
    const witness = backend.person('witness@company.example');
    const intermediate = await witness.prove();
    expect((await witness.choices(intermediate)).get(abandoned)).toMatchObject({
      ownerless: true,
      membership: { type: 'active_member' },
    });
    expect(granted(await witness.enter(intermediate, abandoned)).member_authenticated).toBe(true);
  });

  it('R6: colleagues are not trapped: a new organization can be made with the same domain', async () => {
    const founder = backend.person('founder@company.example');
    const made = await founder.found(await founder.prove(), {
      organization_name: 'Company again',
      email_allowed_domains: ['company.example'],
    });
    expect(made).toMatchObject({ member_authenticated: true, member: { is_admin: true } });
  });

  it('R8: whoever proves the domain by DNS takes it over; nobody else does', async () => {
    const witness = backend.person('witness@company.example');
    const { member_id } = granted(await backend.memberAt(abandoned, witness.address));
    const reclaim = () =>
      backend.wire.post(`/v1/b2b/organizations/${abandoned}/reclaim`, {
        member_id,
        domain: 'company.example',
      });
    expect(refused(await reclaim())).toEqual([400, 'email_domain_not_verified']);

    const domains = `/v1/b2b/organizations/${abandoned}/domains`;
    const { verification } = granted(await backend.wire.post(domains, { domain: 'company.example' }));
    expect(verification).toMatchObject({
      record_type: 'TXT',
      record_name: '_muster-challenge.company.example',
    });
    const verify = () => backend.wire.post(`${domains}/company.example/verify`, {});
    expect(refused(await verify())).toEqual([400, 'email_domain_not_verified']);
    dns.setTxt(verification.record_name, 'some-other-record', verification.record_value);
    granted(await verify());

    granted(await reclaim());
    const { member } = granted(await backend.memberAt(abandoned, witness.address));
    expect(member.is_admin).toBe(true);
    expect(refused(await reclaim())).toEqual([400, 'organization_not_ownerless']);
    const newcomer = backend.person('newcomer@company.example');
    expect(granted(await newcomer.enter(await newcomer.prove(), abandoned)).member.status).toBe('active');
  });

  it('R6: a proven domain can be claimed, and then nobody new goes elsewhere with it', async () => {
    const other = await backend.organization({
      email_allowed_domains: ['company.example'],
      email_jit_provisioning: 'RESTRICTED',
      email_invites: 'ALL_ALLOWED',
    });
    const settled = backend.person('settled@company.example');
    await backend.member(other.organization_id, settled.address);
    const { session_token } = await settled.logInByLink(other.organization_id);

    granted(await backend.wire.post(`/v1/b2b/organizations/${abandoned}/domains/company.example/claim`, {}));
    const stray = backend.person('stray@company.example');
    const intermediate = await stray.prove();
    const joining = await stray.enter(intermediate, other.organization_id);
    expect(joining.status).toBeGreaterThanOrEqual(400);
    const founding = await backend.wire.post('/v1/b2b/discovery/organizations/create', {
      intermediate_session_token: intermediate,
      organization_name: 'Elsewhere',
    });
    expect(refused(founding)).toEqual([400, 'action_not_allowed_email_domain_is_claimed']);
    granted(await backend.check(session_token));
    expect((await settled.logInByLink(other.organization_id)).member_authenticated).toBe(true);
  });
});
