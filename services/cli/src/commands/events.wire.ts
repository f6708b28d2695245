import { z } from 'zod';
import type { Api } from '../connection/api.ts';
import { pathOfOrganization } from './organization.ts';

const event = z.looseObject({
  id: z.string(),
  type: z.string(),
  subject: z.string(),
  time: z.string(),
  organizationid: z.string().optional(),
  position: z.string(),
  data: z.record(z.string(), z.unknown()),
});
export type FeedEvent = z.infer<typeof event>;

const page = z.object({
  events: z.array(event),
  next: z.number(),
  head: z.number(),
  log_id: z.string(),
});
export type FeedPage = z.infer<typeof page>;

export type FeedQuestion = {
  readonly after: number;
  readonly types?: string | undefined;
  readonly organization?: string | undefined;
  readonly limit?: number;
  /** Seconds to wait where there is nothing yet. */
  readonly wait?: number;
};

export const feedPage = async (api: Api, question: FeedQuestion): Promise<FeedPage> =>
  page.parse(await api.get('/v1/events', question));

/** The position of the last event. */
export const headOf = async (api: Api): Promise<number> => (await feedPage(api, { after: 0, limit: 1 })).head;

/** The id of an organization that is named in any way; the feed knows ids only. */
export const organizationIdOf = async (
  api: Api,
  reference: string | undefined,
): Promise<string | undefined> => {
  if (reference === undefined || reference.startsWith('organization-')) return reference;
  const answer = await api.get(pathOfOrganization(reference));
  return z.object({ organization: z.object({ organization_id: z.string() }) }).parse(answer).organization
    .organization_id;
};

/** One event on one line; `--json` and `events show` have the whole of it. */
export const lineOf = ({ position, time, type, subject, organizationid }: FeedEvent): string => {
  const place = organizationid === undefined || organizationid === subject ? '' : `  in ${organizationid}`;
  return `${position.padStart(8)}  ${time}  ${type.replace(/^muster\./, '').padEnd(44)}  ${subject}${place}`;
};
