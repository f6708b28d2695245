import type { MemberCaller } from '@muster/contracts';
import { acme, ada, globex, organizationFacts } from '../testing/facts.ts';
import { identityRig, type IdentityRig, requestContext } from '../testing/identity-rig.ts';
import { invitation, newestToken, outcomeOf } from '../testing/requests.ts';

let rig: IdentityRig;
beforeEach(() => (rig = identityRig()));
afterEach(() => rig.stop());

const inviter = (roles: readonly string[] = ['stytch_admin'], organizationId = acme): MemberCaller => ({
  organizationId,
  memberId: ada,
  memberSessionId: 'session-1',
  roles,
});
const invite = (request: object = {}, by: MemberCaller | null = null, command = rig.command()) =>
  rig.invitations.invite({ ...invitation(), ...request }, by, command, requestContext);
const refusal = (request: object, by?: MemberCaller | null) => outcomeOf(invite(request, by));

describe('inviting', () => {
  it('makes an invited member and mails a link that is good for a week', async () => {
    const invited = await invite({ roles: ['editor'], name: 'Guest' });
    expect(invited).toMatchObject({ member: { status: 'invited' }, organization: { organization_id: acme } });
    const token = await newestToken(rig);
    expect(rig.mailbox.newestFirst()).toMatchObject([
      { to: 'guest@elsewhere.test', subject: 'You are invited to Acme' },
    ]);
    rig.setClock('2026-11-30T08:59:59.999Z');
    const redemption = { flowId: 'login-1', scope: 'organization', token, codeVerifier: null } as const;
    expect(await rig.links.redeem(redemption, requestContext)).toMatchObject({
      purpose: 'invite',
      memberId: invited.memberId,
    });
  });

  it('is refused by the organization for whoever is in already, and no mail goes out', async () => {
    expect(await refusal({ emailAddress: 'ada@acme.test' })).toBe('user_already_invited');
    expect(await rig.log.head()).toBe(0);
  });

  it('E5: a repeat of the call invites and mails once', async () => {
    const first = await invite({}, null, rig.command('call-1'));
    expect(await invite({}, null, rig.command('call-1'))).toEqual(first);
    await rig.deliver();
    expect(rig.mailbox.newestFirst()).toHaveLength(1);
    expect(rig.organizations.invitedWith).toHaveLength(1);
  });

  it('a member writes no trusted metadata and invites in nobody else’s name', async () => {
    expect(await refusal({ trustedMetadata: { plan: 'gold' } }, inviter())).toBe(
      'trusted_metadata_not_allowed',
    );
    expect(await refusal({ invitedByMemberId: 'member-2' }, inviter())).toBe('session_authorization_error');
    expect(await invite({ invitedByMemberId: ada }, inviter())).toMatchObject({
      member: { status: 'invited' },
    });
  });

  it('R20: a member learns nothing of other organizations, not even which exist', async () => {
    rig.organizations.add(organizationFacts({ organizationId: globex, slug: 'globex' }));
    for (const organization of [globex, 'globex', 'no-such-organization'])
      expect(await refusal({ organization }, inviter())).toBe('session_authorization_tenancy_error');
    expect(await refusal({ organization: 'no-such-organization' })).toBe('organization_not_found');
  });

  it('is good for five minutes to a week', async () => {
    expect(await refusal({ minutes: 4 })).toBe('invalid_expiration');
    expect(await refusal({ minutes: 10_081 })).toBe('invalid_expiration');
    expect(await invite({ minutes: 5 })).toMatchObject({ member: { status: 'invited' } });
  });

  it('S34: leads to allow-listed invite URLs only', async () => {
    const redirectUrl = 'https://app.acme.test/login';
    expect(await refusal({ redirectUrl })).toBe('no_match_for_provided_magic_link_url');
  });
});
