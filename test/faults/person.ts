import { until, type WireClient } from '@muster/testkit';
import type { SmtpCapture } from '../crash/smtp-capture.ts';
import type { Told } from '../crash/told.ts';

const MAIL_MILLISECONDS = 30_000;

/** Somebody logs in by a code from an e-mail, and is told of as member and session. */
export const logInByCode = async (
  { wire, smtp, told }: { readonly wire: WireClient; readonly smtp: SmtpCapture; readonly told: Told },
  organizationId: string,
  address: string,
) => {
  const asked = { organization_id: organizationId, email_address: address };
  told.addresses.add(address);
  await wire.post('/v1/b2b/otps/email/login_or_signup', asked);
  told.mail(address, true);
  const code = await until('the code', async () => smtp.to(address)[0]?.code, MAIL_MILLISECONDS);
  const { status, body, text } = await wire.post('/v1/b2b/otps/email/authenticate', {
    ...asked,
    code,
    session_duration_minutes: 5_000,
  });
  if (status !== 200) throw new Error(`answered ${status}: ${text}`);
  told.members.set(body.member_id, { organizationId, address, roles: [] });
  return told.session(body);
};
