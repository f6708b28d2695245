import { tokenIn } from '@muster/testkit';
import { type Company, GivenUp } from './company.ts';
import { joined } from './member-steps.ts';
import type { ToldSession } from './told.ts';

const B2B = '/v1/b2b';
/** No session ends by itself while this runs. */
const LASTING = { session_duration_minutes: 5_000 };

type Answer = Parameters<Company['told']['session']>[0] & {
  readonly member: { readonly email_address: string; readonly status: string };
};

/** Who logs in is a member, and an active one, from then on. */
const entered = (company: Company, organizationId: string, answer: Answer): ToldSession => {
  const { member_id, member } = answer;
  if (member.status !== 'active') company.told.wrong.push(`${member_id} logged in and is ${member.status}`);
  if (!company.told.members.has(member_id))
    company.told.members.set(member_id, { organizationId, address: member.email_address, roles: [] });
  return company.told.session(answer);
};

export const logInByCode = async (company: Company, email_address = company.person()) => {
  const asked = { organization_id: company.home, email_address };
  const { code } = await company.mailed(email_address, (wire, headers) =>
    wire.post(`${B2B}/otps/email/login_or_signup`, asked, { headers }),
  );
  const answer = await company.granted(
    (wire, headers) =>
      wire.post(`${B2B}/otps/email/authenticate`, { ...asked, code, ...LASTING }, { headers }),
    { mayGiveUp: true },
  );
  return entered(company, company.home, answer);
};

export const logInByLink = async (company: Company, email_address = company.person()) => {
  const asked = { organization_id: company.home, email_address };
  const { link } = await company.mailed(email_address, (wire, headers) =>
    wire.post(`${B2B}/magic_links/email/login_or_signup`, asked, { headers }),
  );
  return openLink(company, link!);
};

const openLink = async (company: Company, link: string) => {
  const answer = await company.granted(
    (wire, headers) =>
      wire.post(
        `${B2B}/magic_links/authenticate`,
        { magic_links_token: tokenIn(link), ...LASTING },
        { headers },
      ),
    { mayGiveUp: true },
  );
  return entered(company, company.home, answer);
};

/** Somebody new comes in by the rule for their domain: pending, then admitted (R33, R36). */
export const signUp = async (company: Company): Promise<void> => {
  await logInByLink(company, company.address('new'));
};

export const invite = async (company: Company): Promise<void> => {
  const email_address = company.address('guest');
  const { link } = await company.mailed(email_address, (wire, headers) =>
    wire.post(
      `${B2B}/magic_links/email/invite`,
      { organization_id: company.home, email_address },
      { headers },
    ),
  );
  await openLink(company, link!);
};

/** The address is proven first, the organization chosen afterwards. */
const prove = async (company: Company, email_address: string): Promise<string> => {
  const { link } = await company.mailed(email_address, (wire, headers) =>
    wire.post(`${B2B}/magic_links/email/discovery/send`, { email_address }, { headers }),
  );
  const answer = await company.granted(
    (wire, headers) =>
      wire.post(
        `${B2B}/magic_links/discovery/authenticate`,
        { discovery_magic_links_token: tokenIn(link!) },
        { headers },
      ),
    { mayGiveUp: true },
  );
  return answer.intermediate_session_token;
};

export const discover = async (company: Company): Promise<void> => {
  const intermediate_session_token = await prove(company, company.person());
  const answer = await company.granted(
    (wire, headers) =>
      wire.post(
        `${B2B}/discovery/intermediate_sessions/exchange`,
        { intermediate_session_token, organization_id: company.home, ...LASTING },
        { headers },
      ),
    { mayGiveUp: true },
  );
  entered(company, company.home, answer);
};

/** A steward decides on who knocks; the person then comes in with a new proof. */
export const askToJoin = async (company: Company): Promise<void> => {
  const address = company.address('asking', `ask.${company.name}.example`);
  const knock = async () => {
    const intermediate_session_token = await prove(company, address);
    return company.ask((wire, headers) =>
      wire.post(
        `${B2B}/discovery/intermediate_sessions/exchange`,
        { intermediate_session_token, organization_id: company.home, ...LASTING },
        { headers },
      ),
    );
  };
  const first = await knock();
  if (first.body?.error_type !== 'join_request_pending')
    throw new Error(`knocking was answered ${first.status}: ${first.text}`);
  const place = `${B2B}/organizations/${company.home}/join_requests`;
  const { join_requests } = await company.granted((wire) => wire.get(`${place}?status=pending`));
  for (const { join_request_id } of join_requests as readonly { readonly join_request_id: string }[])
    await company.ask((wire, headers) => wire.post(`${place}/${join_request_id}/approve`, {}, { headers }));
  const { status, body, text } = await knock();
  if (status !== 200) throw new Error(`an approved person was answered ${status}: ${text}`);
  entered(company, company.home, body);
};

/** With a session of the one organization into the other. */
export const exchange = async (company: Company): Promise<void> => {
  const address = company.person();
  const { told, other } = company;
  const there = [...told.members.values()].some(
    (member) => member.organizationId === other && member.address === address,
  );
  if (!there) {
    if (told.perhapsMembers.some((member) => member.organizationId === other && member.address === address))
      throw new GivenUp();
    await joined(company, other, address);
  }
  const { token } = await logInByCode(company, address);
  const answer = await company.granted(
    (wire, headers) =>
      wire.post(
        `${B2B}/sessions/exchange`,
        { session_token: token, organization_id: other, ...LASTING },
        { headers },
      ),
    { mayGiveUp: true },
  );
  entered(company, other, answer);
};

export const revoke = async (company: Company): Promise<void> => {
  const { told, random } = company;
  const live = [...told.sessions.values()].filter(
    ({ memberId, revoked }) => !revoked && isOf(company, memberId),
  );
  if (live.length === 0) return;
  const session = random.pick(live);
  await company.granted((wire, headers) =>
    wire.post(`${B2B}/sessions/revoke`, { member_session_id: session.sessionId }, { headers }),
  );
  session.revoked = true;
};

/** What was acknowledged is checked on the way, too: a session lives, a revoked one does not. */
export const checkSession = async (company: Company): Promise<void> => {
  const own = [...company.told.sessions.values()].filter(({ memberId }) => isOf(company, memberId));
  if (own.length === 0) return;
  const session = company.random.pick(own);
  const { status } = await company.ask((wire) =>
    wire.post(`${B2B}/sessions/authenticate`, { session_token: session.token }),
  );
  if ((status === 200) === session.revoked)
    company.told.wrong.push(
      `session ${session.sessionId} is ${session.revoked ? 'revoked' : 'live'} and was answered ${status}`,
    );
};

const isOf = ({ told, home, other }: Company, memberId: string): boolean =>
  [home, other].includes(told.members.get(memberId)?.organizationId ?? '');
