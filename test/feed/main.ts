// The long run: npm run prove-feed -- --data-dir DIR [--over http|nats] [--kills 40] [--seed 1]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { NatsServer, startMuster } from '@muster/testkit';
import { Random } from '../history/random.ts';
import { DoomedFollower } from './doomed-follower.ts';
import { membersOf, organizationIds } from './membership.ts';

const usage = `Follows all of a data directory's history into a copy of the membership, by a follower that is killed at random,
and compares the copy with what the organization service says: ids, statuses, roles.

  npm run history -- --data-dir DIR --events 1000000
  npm run prove-feed -- --data-dir DIR [--over http|nats] [--kills 40] [--seed 1]

Over NATS messages are doubled, delayed, reordered and lost on the way, and JetStream loses its files in the middle.
`;
const { values } = parseArgs({
  options: {
    'data-dir': { type: 'string' },
    over: { type: 'string', default: 'http' },
    kills: { type: 'string', default: '40' },
    seed: { type: 'string', default: '1' },
  },
});
const { 'data-dir': dataDirectory, over, kills, seed } = values;
if (!dataDirectory || !(Number(kills) > 0) || !['http', 'nats'].includes(over)) {
  process.stderr.write(usage);
  process.exit(2);
}

const say = (text: string) => process.stdout.write(`${text}\n`);
const secondsSince = (start: number) => (performance.now() - start) / 1_000;

let started = performance.now();
const nats = over === 'nats' ? await NatsServer.start() : undefined;
const env: Record<string, string> = nats ? { MUSTER_NATS_URL: nats.url } : {};
const muster = await startMuster({ dataDirectory, env });
const scratch = mkdtempSync(join(tmpdir(), 'muster-feed-'));
const wire = muster.wire();
const { head } = (await wire.get('/v1/events?limit=1')).body;
say(`${head} events; the server was ready after ${secondsSince(started).toFixed(1)} s`);

const follower = new DoomedFollower({
  muster,
  file: join(scratch, 'copy.db'),
  random: new Random(Number(seed)),
  eventsPerLife: Math.ceil(head / Number(kills)),
  eventsPerPage: 1_000,
  ...(nats ? { nats: nats.url } : {}),
});
started = performance.now();
await follower.reach(Math.floor(head / 2), 3_600_000);
if (nats) {
  const { relay } = (await wire.get('/v1/log')).body.log;
  say(`half of it followed; the bus is at ${relay.position}, and now loses its files`);
  nats.deleteStore();
  await nats.restart();
}
await follower.reach(head, 3_600_000);
const seconds = secondsSince(started);
say(
  `followed in ${seconds.toFixed(1)} s (${Math.round(head / seconds)} events/s), killed ${follower.kills} times`,
);

started = performance.now();
const ids = await organizationIds(wire);
const at = new Date().toISOString();
let members = 0;
const wrong: string[] = [];
for (const id of ids) {
  const theirs = await membersOf(wire, id);
  members += theirs.size;
  if (!isDeepStrictEqual(theirs, follower.members(id, at))) wrong.push(id);
}
say(`${ids.length} organizations, ${members} members compared in ${secondsSince(started).toFixed(1)} s`);
say(wrong.length === 0 ? 'the copy is equal' : `the copy differs in ${wrong.length}: ${wrong.join(' ')}`);

await follower.stop();
await muster.stop();
await nats?.stop();
rmSync(scratch, { recursive: true, force: true });
process.exit(wrong.length === 0 ? 0 : 1);
