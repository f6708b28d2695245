// Follows the feed into a copy of the membership, for ever: npm run membership-copy -- --database FILE
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { PublicEvent } from '@muster/contracts';
import { copiedTypes, MembershipCopy } from './membership-copy.ts';

const usage = `Keeps a copy of who is a member where, in a SQLite file of its own, by following the event feed.

  npm run membership-copy -- --database FILE [--limit 1000] [--wait 30]

MUSTER_URL, MUSTER_PROJECT_ID and MUSTER_SECRET say of which server: set -a; . .muster/dev.env; set +a
It may be ended at any moment and started again: it goes on where it was.
`;
const RETRY_MILLISECONDS = 100;

type Page = { readonly events: readonly PublicEvent[]; readonly next: number; readonly log_id: string };

const { values } = parseArgs({
  options: {
    database: { type: 'string' },
    limit: { type: 'string', default: '1000' },
    wait: { type: 'string', default: '30' },
  },
});
const { MUSTER_URL, MUSTER_PROJECT_ID, MUSTER_SECRET } = process.env;
if (!values.database || !MUSTER_URL || !MUSTER_PROJECT_ID || !MUSTER_SECRET) {
  process.stderr.write(usage);
  process.exit(2);
}

const authorization = `Basic ${Buffer.from(`${MUSTER_PROJECT_ID}:${MUSTER_SECRET}`).toString('base64')}`;
const pageAfter = async (after: number): Promise<Page | undefined> => {
  const { limit, wait } = values;
  const query = new URLSearchParams({ after: String(after), types: copiedTypes, limit, wait });
  const answer = await fetch(`${MUSTER_URL}/v1/events?${query.toString()}`, { headers: { authorization } });
  if (answer.ok) return (await answer.json()) as Page;
  const said = await answer.text();
  // Anything else will not get better by asking again.
  if (answer.status < 500) throw new Error(`the feed answered ${answer.status}: ${said}`);
  return undefined;
};
/** `fetch` says so where nobody answers, or stops answering. */
const isUnreachable = (error: unknown): boolean => error instanceof TypeError;

const copy = new MembershipCopy(values.database);
for (;;) {
  const page = await pageAfter(copy.checkpoint()?.position ?? 0).catch((error: unknown) => {
    if (!isUnreachable(error)) throw error;
    return undefined;
  });
  if (page) copy.take(page.events, { logId: page.log_id, position: page.next });
  else await pause(RETRY_MILLISECONDS);
}
