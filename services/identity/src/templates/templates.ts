import { discoveryCode } from './discovery-code.mail.ts';
import { discovery } from './discovery.mail.ts';
import { emailUpdateCode } from './email-update-code.mail.ts';
import { emailUpdate } from './email-update.mail.ts';
import { invite } from './invite.mail.ts';
import { joinRequestDecided } from './join-request-decided.mail.ts';
import { joinRequested } from './join-requested.mail.ts';
import { loginCode } from './login-code.mail.ts';
import { login } from './login.mail.ts';
import { organizationOwnerless } from './organization-ownerless.mail.ts';
import { organizationReclaimed } from './organization-reclaimed.mail.ts';
import { signupCode } from './signup-code.mail.ts';
import { signup } from './signup.mail.ts';
import type { MailTemplates } from '../application/ports.ts';

/** Every mail there is. */
export const templates: MailTemplates = {
  login,
  signup,
  invite,
  discovery,
  login_code: loginCode,
  signup_code: signupCode,
  discovery_code: discoveryCode,
  email_update: emailUpdate,
  email_update_code: emailUpdateCode,
  organization_reclaimed: organizationReclaimed,
  organization_ownerless: organizationOwnerless,
  join_requested: joinRequested,
  join_request_decided: joinRequestDecided,
};
