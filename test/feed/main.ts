// The long run: npm run prove-feed -- --data-dir DIR [--kills 40] [--seed 1]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { startMuster } from '@muster/testkit';
import { Random } from '../history/random.ts';
import { DoomedFollower } from './doomed-follower.ts';
import { membersOf, organizationIds } from './membership.ts';

const usage = `Follows all of a data directory's history into a copy of the membership, by a follower that is killed at random,
and compares the copy with what the organization service says: ids, statuses, roles.

  npm run history -- --data-dir DIR --events 1000000
  npm run prove-feed -- --data-dir DIR [--kills 40] [--seed 1]
`;
const { values } = parseArgs({
  options: {
    'data-dir': { type: 'string' },
    kills: { type: 'string', default: '40' },
    seed: { type: 'string', default: '1' },
  },
});
const { 'data-dir': dataDirectory, kills, seed } = values;
if (!dataDirectory || !(Number(kills) > 0)) {
  process.stderr.write(usage);
  process.exit(2);
}

const say = (text: string) => process.stdout.write(`${text}\n`);
const secondsSince = (start: number) => (performance.now() - start) / 1_000;

let started = performance.now();
const muster = await startMuster({ dataDirectory });
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
});
started = performance.now();
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
rmSync(scratch, { recursive: true, force: true });
process.exit(wrong.length === 0 ? 0 : 1);
