import { tokenIn } from '@muster/testkit';
import { acme } from './facts.ts';
import { type IdentityRig, requestContext } from './identity-rig.ts';

/** What a caller asks for who leaves everything at its default. */
export const loginRequest = (emailAddress = 'ada@acme.test') => ({
  organization: acme,
  emailAddress,
  loginMinutes: undefined,
  signupMinutes: undefined,
  loginRedirectUrl: undefined,
  signupRedirectUrl: undefined,
  codeChallenge: undefined,
});

export const invitation = (emailAddress = 'guest@elsewhere.test') => ({
  organization: acme,
  emailAddress,
  redirectUrl: undefined,
  invitedByMemberId: undefined,
  name: undefined,
  trustedMetadata: undefined,
  untrustedMetadata: undefined,
  roles: undefined,
  minutes: undefined,
});

/** Has a link sent and takes the token out of the mail. */
export const mailedToken = async (rig: IdentityRig, request: object = {}): Promise<string> => {
  await rig.loginMail.sendLink({ ...loginRequest(), ...request }, rig.command(), requestContext);
  return newestToken(rig);
};

export const newestToken = async (rig: IdentityRig): Promise<string> => {
  await rig.deliver();
  return tokenIn(rig.mailbox.newestFirst()[0]!.links[0]!)!;
};

/** Has a code sent and takes it out of the mail. */
export const mailedCode = async (rig: IdentityRig, request: object = {}): Promise<string> => {
  await rig.loginMail.sendCode({ ...loginRequest(), ...request }, rig.command(), requestContext);
  return newestCode(rig);
};

export const newestCode = async (rig: IdentityRig): Promise<string> => {
  await rig.deliver();
  return rig.mailbox.newestFirst()[0]!.codes[0]!;
};

/** A code that is surely not that one; the same `offset` is the same wrong code. */
export const wrongCode = (code: string, offset = 1): string =>
  String((Number(code) + offset) % 1_000_000).padStart(6, '0');

/** What became of it: the code of the domain error, or the answer. */
export const outcomeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.catch((error: { readonly code?: string }) => error.code ?? error);
