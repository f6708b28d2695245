import { createHash, randomBytes } from 'node:crypto';
import { tokenIn } from '@muster/testkit';
import { proves, refusal } from './proofs.ts';
import type { World } from './world.ts';

/** RFC 7636, S256. */
const pkcePair = () => {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
};

export const proveMagicLinks = (world: () => World): void => {
  const links = () => world().client.magicLinks;
  const members = () => world().client.organizations.members;
  const mailbox = () => world().muster.mailbox;

  proves('magicLinks.authenticate', 'redeems a link once, with the verifier it was asked for', async () => {
    const { organization_id } = await world().organization();
    const { email_address, member_id } = await world().member(organization_id);
    const { verifier, challenge } = pkcePair();
    await links().email.loginOrSignup({ organization_id, email_address, pkce_code_challenge: challenge });
    const magic_links_token = await mailbox().linkToken(email_address);
    await expect(refusal(links().authenticate({ magic_links_token }))).resolves.toBe(
      'pkce_expected_code_verifier',
    );
    const wrong = links().authenticate({ magic_links_token, pkce_code_verifier: pkcePair().verifier });
    await expect(refusal(wrong)).resolves.toBe('pkce_mismatch');
    const answer = await links().authenticate({ magic_links_token, pkce_code_verifier: verifier });
    expect(answer).toMatchObject({
      member_authenticated: true,
      member_id,
      organization_id,
      intermediate_session_token: '',
      reset_sessions: false,
      member: { status: 'active', email_address_verified: true },
      member_session: {
        member_id,
        organization_id,
        authentication_factors: [
          {
            type: 'magic_link',
            delivery_method: 'email',
            sequence_order: 'PRIMARY',
            email_factor: { email_address },
          },
        ],
      },
    });
    const { member_sessions } = await world().client.sessions.get({ organization_id, member_id });
    expect(member_sessions.map(({ member_session_id }) => member_session_id)).toEqual([
      answer.member_session!.member_session_id,
    ]);
    await expect(refusal(links().authenticate({ magic_links_token: 'made-up' }))).resolves.toBe(
      'unable_to_auth_magic_link',
    );
    const { session_token } = await world().logIn(organization_id, email_address);
    expect(session_token).not.toBe(answer.session_token);
    await links().email.loginOrSignup({ organization_id, email_address });
    const once = { magic_links_token: await mailbox().linkToken(email_address) };
    await links().authenticate(once);
    await expect(refusal(links().authenticate(once))).resolves.toBe('unable_to_auth_magic_link');
  });

  proves('magicLinks.email.loginOrSignup', 'mails members, and strangers the rules let in', async () => {
    const domain = 'jit-by-link.example';
    const { organization_id } = await world().openOrganization(domain);
    const { email_address, member_id } = await world().member(organization_id);
    const known = await links().email.loginOrSignup({ organization_id, email_address });
    expect(known).toMatchObject({ member_id, member_created: false });
    const newcomer = world().address('new', domain);
    const unknown = await links().email.loginOrSignup({ organization_id, email_address: newcomer });
    expect(unknown).toMatchObject({ member_created: true, member: { status: 'pending' } });
    const { member } = await members().get({ organization_id, email_address: newcomer });
    expect(member).toMatchObject({ status: 'pending', member_id: unknown.member_id });
    await links().authenticate({ magic_links_token: await mailbox().linkToken(newcomer) });
    const { member: admitted } = await members().get({ organization_id, email_address: newcomer });
    expect(admitted).toMatchObject({ status: 'active', member_id: unknown.member_id });

    const outside = links().email.loginOrSignup({ organization_id, email_address: world().address() });
    await expect(refusal(outside)).resolves.toBe('invalid_email_for_jit_provisioning');
    const closed = await world().organization();
    const shut = links().email.loginOrSignup({
      organization_id: closed.organization_id,
      email_address: newcomer,
    });
    await expect(refusal(shut)).resolves.toBe('email_jit_provisioning_not_allowed');
    const elsewhere = links().email.loginOrSignup({
      organization_id,
      email_address,
      login_redirect_url: 'https://attacker.example/',
    });
    await expect(refusal(elsewhere)).resolves.toBe('no_match_for_provided_magic_link_url');
  });

  proves('magicLinks.email.invite', 'invites by the invite policy; nobody who is in already', async () => {
    const { organization_id } = await world().organization();
    const email_address = world().address('guest');
    const invited = await links().email.invite({
      organization_id,
      email_address,
      name: 'Guest',
      roles: ['stytch_admin'],
    });
    expect(invited.member).toMatchObject({ status: 'invited', name: 'Guest', email_address_verified: false });
    const answer = await links().authenticate({
      magic_links_token: await mailbox().linkToken(email_address),
    });
    expect(answer.member_authenticated).toBe(true);
    const { member } = await members().get({ organization_id, email_address });
    expect(member).toMatchObject({ status: 'active', email_address_verified: true, is_admin: true });
    await expect(refusal(links().email.invite({ organization_id, email_address }))).resolves.toBe(
      'user_already_invited',
    );
    const invite = (id: string, address: string) =>
      refusal(links().email.invite({ organization_id: id, email_address: address }));
    const closed = await world().organization({ email_invites: 'NOT_ALLOWED' });
    await expect(invite(closed.organization_id, world().address())).resolves.toBe(
      'email_invites_not_allowed',
    );
    const partners = await world().organization({
      email_invites: 'RESTRICTED',
      email_allowed_domains: ['partner.example'],
    });
    await expect(invite(partners.organization_id, world().address())).resolves.toBe(
      'invalid_email_for_invites',
    );
    await expect(invite(partners.organization_id, world().address('in', 'partner.example'))).resolves.toBe(
      'no refusal',
    );
  });

  proves('magicLinks.email.discovery.send', 'mails a discovery link to an allowed URL only', async () => {
    const email_address = world().address('seeker');
    await links().email.discovery.send({ email_address });
    const mail = await mailbox().latest(email_address);
    const link = new URL(mail.links.find((candidate) => tokenIn(candidate))!);
    expect(link.searchParams.get('stytch_token_type')).toBe('discovery');
    const answer = await links().discovery.authenticate({
      discovery_magic_links_token: link.searchParams.get('token')!,
    });
    expect(answer.email_address).toBe(email_address);
    const send = (fields: object) => refusal(links().email.discovery.send({ email_address, ...fields }));
    await expect(send({ discovery_redirect_url: 'https://attacker.example/' })).resolves.toBe(
      'no_match_for_provided_magic_link_url',
    );
    await expect(send({ discovery_expiration_minutes: 4 })).resolves.toBe('invalid_expiration');
    await expect(send({ email_address: 'not an address' })).resolves.toBe('invalid_email');
  });

  proves('magicLinks.discovery.authenticate', 'gives a bag of factors, not a session', async () => {
    const email_address = world().address('roamer');
    const { organization_id } = await world().organization();
    await world().member(organization_id, { email_address });
    await links().email.discovery.send({ email_address });
    const discovery_magic_links_token = await mailbox().linkToken(email_address);
    await expect(
      refusal(links().authenticate({ magic_links_token: discovery_magic_links_token })),
    ).resolves.toBe('unable_to_auth_magic_link');
    const answer = await links().discovery.authenticate({ discovery_magic_links_token });
    expect(answer).toMatchObject({
      email_address,
      discovered_organizations: [
        { organization: { organization_id }, membership: { type: 'active_member' } },
      ],
    });
    const { intermediate_session_token } = answer;
    const list = await world().client.discovery.organizations.list({ intermediate_session_token });
    expect(list.discovered_organizations).toEqual(answer.discovered_organizations);
    await expect(
      refusal(world().client.sessions.authenticate({ session_token: intermediate_session_token })),
    ).resolves.toBe('session_not_found');
    await expect(refusal(links().discovery.authenticate({ discovery_magic_links_token }))).resolves.toBe(
      'unable_to_auth_magic_link',
    );
  });
};
