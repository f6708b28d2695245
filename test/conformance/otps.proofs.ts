import { proves, refusal } from './proofs.ts';
import type { World } from './world.ts';

/** Another code than the right one. */
const wrong = (code: string): string => String((Number(code) + 1) % 1_000_000).padStart(6, '0');

export const proveOtps = (world: () => World): void => {
  const otps = () => world().client.otps.email;
  const mailbox = () => world().muster.mailbox;

  proves('otps.email.loginOrSignup', 'a new code kills the earlier one', async () => {
    const domain = 'jit-by-code.example';
    const { organization_id } = await world().openOrganization(domain);
    const email_address = world().address('coder', domain);
    const sent = await otps().loginOrSignup({ organization_id, email_address });
    expect(sent).toMatchObject({ member_created: true, member: { status: 'pending' } });
    const first = await mailbox().code(email_address);
    await otps().loginOrSignup({ organization_id, email_address });
    const second = await mailbox().code(email_address);
    if (first !== second)
      await expect(
        refusal(otps().authenticate({ organization_id, email_address, code: first })),
      ).resolves.toBe('unable_to_auth_otp_code');
    await otps().authenticate({ organization_id, email_address, code: second });
    const { member } = await world().client.organizations.members.get({ organization_id, email_address });
    expect(member).toMatchObject({ status: 'active', email_address_verified: true });
    const outside = otps().loginOrSignup({ organization_id, email_address: world().address() });
    await expect(refusal(outside)).resolves.toBe('invalid_email_for_jit_provisioning');
    const tooShort = otps().loginOrSignup({ organization_id, email_address, login_expiration_minutes: 1 });
    await expect(refusal(tooShort)).resolves.toBe('invalid_expiration');
  });

  proves('otps.email.authenticate', 'takes the right code once and no other', async () => {
    const { organization_id } = await world().organization();
    const { email_address, member_id } = await world().member(organization_id);
    await otps().loginOrSignup({ organization_id, email_address });
    const code = await mailbox().code(email_address);
    const attempt = (given: string) => otps().authenticate({ organization_id, email_address, code: given });
    await expect(refusal(attempt(wrong(code)))).resolves.toBe('unable_to_auth_otp_code');
    const answer = await attempt(code);
    expect(answer).toMatchObject({
      member_authenticated: true,
      member_id,
      organization_id,
      member_session: {
        authentication_factors: [
          { type: 'email_otp', delivery_method: 'email', email_factor: { email_address } },
        ],
      },
    });
    const { session_token } = answer;
    const live = await world().client.sessions.authenticate({ session_token });
    expect(live.member_session.member_session_id).toBe(answer.member_session!.member_session_id);
    await expect(refusal(attempt(code))).resolves.toBe('unable_to_auth_otp_code');
  });

  proves('otps.email.discovery.send', 'mails a code to any address', async () => {
    const email_address = world().address('nobody-yet');
    await otps().discovery.send({ email_address });
    const code = await mailbox().code(email_address);
    expect(code).toMatch(/^[0-9]{6}$/);
    const answer = await otps().discovery.authenticate({ email_address, code });
    expect(answer).toMatchObject({ email_address, discovered_organizations: [] });
    const send = (fields: object) => refusal(otps().discovery.send({ email_address, ...fields }));
    await expect(send({ email_address: 'two@at@signs.example' })).resolves.toBe('invalid_email');
    await expect(send({ discovery_expiration_minutes: 16 })).resolves.toBe('invalid_expiration');
  });

  proves('otps.email.discovery.authenticate', 'gives a bag of factors for the address', async () => {
    const email_address = world().address('wanderer');
    const { organization_id } = await world().organization();
    await world().member(organization_id, { email_address });
    await otps().discovery.send({ email_address });
    const code = await mailbox().code(email_address);
    const attempt = (given: string) => otps().discovery.authenticate({ email_address, code: given });
    await expect(refusal(attempt(wrong(code)))).resolves.toBe('unable_to_auth_otp_code');
    const { intermediate_session_token, discovered_organizations } = await attempt(code);
    expect(discovered_organizations.map(({ organization }) => organization?.organization_id)).toEqual([
      organization_id,
    ]);
    const entered = await world().client.discovery.intermediateSessions.exchange({
      intermediate_session_token,
      organization_id,
    });
    expect(entered).toMatchObject({ member_authenticated: true, organization: { organization_id } });
    await expect(refusal(attempt(code))).resolves.toBe('unable_to_auth_otp_code');
  });
};
