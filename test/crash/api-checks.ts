import type { WireAnswer } from '@muster/testkit';
import type { PatientClient } from './patient-client.ts';
import type { Told } from './told.ts';

const B2B = '/v1/b2b';
const AT_ONCE = 8;

const forEach = async <T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> => {
  const left = [...items];
  const worker = async () => {
    for (let item = left.pop(); item !== undefined; item = left.pop()) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
};

const bodyOf = ({ status, body, text }: WireAnswer) => {
  if (status !== 200) throw new Error(`answered ${status}: ${text}`);
  return body;
};

/** Every acknowledged write is there, as it was last acknowledged; nothing is there twice or that nobody asked for. */
export const checkWrites = async (wire: PatientClient, told: Told): Promise<readonly string[]> => {
  const wrong: string[] = [];
  await forEach([...told.organizations], async ([id, { name, maximumDurationMinutes }]) => {
    const { organization } = bodyOf(await wire.get(`${B2B}/organizations/${id}`));
    if (organization.organization_name !== name)
      wrong.push(`lost: ${id} is called ${organization.organization_name}, not ${name}`);
    const { session_policy } = bodyOf(await wire.get(`${B2B}/organizations/${id}/session_policy`));
    if ((session_policy.maximum_duration_minutes ?? null) !== maximumDurationMinutes)
      wrong.push(`lost: the session policy of ${id} is ${JSON.stringify(session_policy)}`);
  });
  await forEach([...told.members], async ([id, { organizationId, address, roles }]) => {
    const query = new URLSearchParams({ member_id: id });
    const answer = await wire.get(`${B2B}/organizations/${organizationId}/member?${query.toString()}`);
    const { member } = answer.status === 200 ? answer.body : { member: null };
    const given = (member?.roles ?? []).map(({ role_id }: { role_id: string }) => role_id);
    const direct = given.filter((role: string) => role !== 'stytch_member');
    const same = member?.email_address === address && member?.status === 'active';
    if (!same || direct.join() !== roles.join())
      wrong.push(`lost: ${id} should be ${address} (${roles.join()}) and is ${answer.text.slice(0, 300)}`);
  });
  wrong.push(...(await checkDoubles(wire, told)));
  return wrong;
};

const checkDoubles = async (wire: PatientClient, told: Told): Promise<readonly string[]> => {
  const wrong: string[] = [];
  await forEach([...told.organizations.keys()], async (id) => {
    const seen = new Set<string>();
    for (const { email_address } of await allMembers(wire, id)) {
      if (seen.has(email_address)) wrong.push(`doubled: ${email_address} in ${id}`);
      seen.add(email_address);
      if (!told.addresses.has(email_address)) wrong.push(`from nowhere: ${email_address} in ${id}`);
    }
  });
  return wrong;
};

type FoundMember = { readonly member_id: string; readonly email_address: string };

const allMembers = async (wire: PatientClient, organizationId: string): Promise<readonly FoundMember[]> => {
  const found: FoundMember[] = [];
  for (let cursor: string | null = null; ;) {
    const answer: WireAnswer = await wire.post(`${B2B}/organizations/members/search`, {
      organization_ids: [organizationId],
      limit: 1_000,
      ...(cursor ? { cursor } : {}),
    });
    const { members, results_metadata } = bodyOf(answer);
    found.push(...members);
    cursor = results_metadata.next_cursor ?? null;
    if (!cursor) return found;
  }
};

/** Every acknowledged session verifies, every revoked one is dead. */
export const checkSessions = async (wire: PatientClient, told: Told): Promise<readonly string[]> => {
  const wrong: string[] = [];
  await forEach([...told.sessions.values()], async ({ token, sessionId, revoked }) => {
    const { status } = await wire.post(`${B2B}/sessions/authenticate`, { session_token: token });
    if (revoked ? status === 200 : status !== 200)
      wrong.push(`session ${sessionId} is ${revoked ? 'revoked' : 'live'} and was answered ${status}`);
  });
  return wrong;
};

/** What the lists show, without what tells one request from another: read from views. */
export const listsOf = async (
  wire: PatientClient,
  told: Told,
): Promise<Readonly<Record<string, unknown>>> => {
  const lists: Record<string, unknown> = {};
  await forEach([...told.organizations.keys()], async (id) => {
    lists[`members of ${id}`] = await allMembers(wire, id);
    for (const list of ['admissions', 'join_requests']) {
      const body = bodyOf(await wire.get(`${B2B}/organizations/${id}/${list}?limit=200`));
      lists[`${list} of ${id}`] = [body[list], body.results_metadata];
    }
  });
  await forEach([...told.members].slice(0, 200), async ([member_id, { organizationId }]) => {
    const query = new URLSearchParams({ organization_id: organizationId, member_id });
    const { member_sessions } = bodyOf(await wire.get(`${B2B}/sessions?${query.toString()}`));
    lists[`sessions of ${member_id}`] = member_sessions.map((session: object) =>
      Object.fromEntries(Object.entries(session).filter(([field]) => field !== 'last_accessed_at')),
    );
  });
  return lists;
};
