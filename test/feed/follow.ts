// Follows the feed into a copy of the membership, for ever: npm run membership-copy -- --database FILE
import { DatabaseSync } from 'node:sqlite';
import { parseArgs } from 'node:util';
import { httpSource, natsSource, SqliteSubscriptionStore, subscribe } from '@muster/events';
import { connect } from '@nats-io/transport-node';
import { Random } from '../history/random.ts';
import { copiedTypes, MembershipCopy } from './membership-copy.ts';
import { unruly } from './unruly.source.ts';

const usage = `Keeps a copy of who is a member where, in a SQLite file of its own, by following the event feed.

  npm run membership-copy -- --database FILE [--limit 500] [--wait 30] [--nats URL] [--unruly SEED]

MUSTER_URL, MUSTER_PROJECT_ID and MUSTER_SECRET say of which server: set -a; . .muster/dev.env; set +a
It may be ended at any moment and started again: it goes on where it was.

  --limit, --wait  events per page, seconds to wait where there is nothing yet
  --nats           follows over NATS; what the bus does not hold comes over HTTP
  --unruly         doubles, delays and loses what comes, by this seed
`;
const { values } = parseArgs({
  options: {
    database: { type: 'string' },
    limit: { type: 'string', default: '500' },
    wait: { type: 'string', default: '30' },
    nats: { type: 'string' },
    unruly: { type: 'string' },
  },
});
const { MUSTER_URL: url, MUSTER_PROJECT_ID: projectId, MUSTER_SECRET: secret } = process.env;
if (!values.database || !url || !projectId || !secret) {
  process.stderr.write(usage);
  process.exit(2);
}
const [limit, waitSeconds] = [Number(values.limit), Number(values.wait)];
const feed = httpSource({ url, projectId, secret, limit, waitSeconds });
const overNats = async (servers: string) =>
  natsSource({ connection: await connect({ servers, maxReconnectAttempts: -1 }), projectId, feed });
const source = values.nats === undefined ? feed : await overNats(values.nats);

const database = new DatabaseSync(values.database, { timeout: 10_000 });
const copy = new MembershipCopy(database);
const subscription = subscribe({
  source: values.unruly === undefined ? source : unruly(source, new Random(Number(values.unruly))),
  name: 'membership-copy',
  store: new SqliteSubscriptionStore(database),
  types: copiedTypes,
  batch: limit,
  handler: (event) => copy.take(event),
  onProblem: (error) => process.stderr.write(`${String(error)}\n`),
});
process.once('SIGTERM', () => void subscription.close().then(() => process.exit(0)));
await subscription.done;
