import type { Muster, WireAnswer } from '@muster/testkit';

const granted = ({ status, body, text }: WireAnswer) => {
  if (status !== 200) throw new Error(`answered ${status}: ${text}`);
  return body;
};

const rule = (state: string) => ({
  matcher: { type: 'email_domain', domain: 'acme.example', state },
  mode: 'auto',
});

/** An organization that admits its own domain; somebody who was admitted, and somebody who came after it stopped to. */
export const acmeWithAdmissions = async (muster: Muster) => {
  const wire = muster.wire();
  const { organization } = granted(
    await wire.post('/v1/b2b/organizations', {
      organization_name: 'Acme',
      organization_slug: 'acme',
      email_allowed_domains: ['acme.example'],
      email_jit_provisioning: 'NOT_ALLOWED',
      email_invites: 'ALL_ALLOWED',
    }),
  );
  const { organization_id } = organization as { organization_id: string };
  const path = `/v1/b2b/organizations/${organization_id}`;
  const comes = async (email_address: string, meanwhile: () => Promise<unknown> = async () => undefined) => {
    granted(await wire.post('/v1/b2b/otps/email/login_or_signup', { organization_id, email_address }));
    const code = await muster.mailbox.code(email_address);
    await meanwhile();
    return wire.post('/v1/b2b/otps/email/authenticate', { organization_id, email_address, code });
  };
  granted(await wire.put(`${path}/jit_rules`, { rules: [rule('listed')] }));
  const { member_id } = granted(await comes('ada@acme.example'));
  const refused = await comes('eve@acme.example', () =>
    wire.put(`${path}/jit_rules`, { rules: [rule('verified')] }),
  );
  if (refused.status !== 403) throw new Error(`eve was not refused: ${refused.text}`);
  return { organizationId: organization_id, memberId: member_id as string };
};

/** Somebody whom the organization refuses, by discovery: they become no member, not even a pending one. */
export const refusedApplicant = async (muster: Muster, organization_id: string, email_address: string) => {
  const wire = muster.wire();
  granted(await wire.post('/v1/b2b/otps/email/discovery/send', { email_address }));
  const code = await muster.mailbox.code(email_address);
  const { intermediate_session_token } = granted(
    await wire.post('/v1/b2b/otps/email/discovery/authenticate', { email_address, code }),
  );
  const path = '/v1/b2b/discovery/intermediate_sessions/exchange';
  const { status, text } = await wire.post(path, { intermediate_session_token, organization_id });
  if (status !== 403) throw new Error(`${email_address} was not refused: ${text}`);
};
