import type { WireMember } from '@muster/contracts';
import { until, type WireAnswer, type WireClient } from '@muster/testkit';
import type { CopiedMember } from './membership-copy.ts';

const MOST_PER_PAGE = 1_000;
/** Views of a long history that was just put in place are built first; until then a search answers 503. */
const VIEWS_BUILT_MILLISECONDS = 600_000;

const granted = ({ status, body, text }: WireAnswer) => {
  if (status !== 200) throw new Error(`answered ${status}: ${text}`);
  return body;
};

const unlessUnavailable = (ask: () => Promise<WireAnswer>): Promise<WireAnswer> =>
  until(
    'the views to be there',
    async () => {
      const answer = await ask();
      return answer.status === 503 ? undefined : answer;
    },
    VIEWS_BUILT_MILLISECONDS,
  );

/** Everything a search finds, page by page. */
async function* search(wire: WireClient, path: string, body: object, found: string) {
  let cursor: string | null = null;
  do {
    const asked: object = { ...body, limit: MOST_PER_PAGE, ...(cursor === null ? {} : { cursor }) };
    const answer = granted(await unlessUnavailable(() => wire.post(path, asked)));
    yield* answer[found];
    cursor = answer.results_metadata.next_cursor;
  } while (cursor);
}

/** The ids of all organizations there are. */
export const organizationIds = async (wire: WireClient): Promise<readonly string[]> => {
  const ids: string[] = [];
  for await (const organization of search(wire, '/v1/b2b/organizations/search', {}, 'organizations'))
    ids.push(organization.organization_id);
  return ids;
};

/** Who is a member of an organization, in whatever status, as the organization service itself answers. By member id. */
export const membersOf = async (
  wire: WireClient,
  organizationId: string,
): Promise<ReadonlyMap<string, CopiedMember>> => {
  const statuses = { filter_name: 'statuses', filter_value: ['pending', 'invited', 'active', 'deleted'] };
  const query = { operator: 'AND', operands: [statuses] };
  const body = { organization_ids: [organizationId], query };
  const members = new Map<string, CopiedMember>();
  for await (const found of search(wire, '/v1/b2b/organizations/members/search', body, 'members')) {
    const { member_id, status, roles } = found as WireMember;
    members.set(member_id, { status, roles: roles.map(({ role_id }) => role_id).toSorted() });
  }
  return members;
};
