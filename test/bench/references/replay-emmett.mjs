// Reads and folds streams of a hundred events through emmett on SQLite.
import { join } from 'node:path';
import { getSQLiteEventStore } from '@event-driven-io/emmett-sqlite';

const { seconds, directory } = JSON.parse(process.argv[2]);
const EVENTS = 100;
try {
  const store = getSQLiteEventStore({
    schema: { autoMigration: 'CreateOrUpdate' },
    fileName: join(directory, 'emmett-replay.db'),
  });
  const data = { roles: ['stytch_member'], memberId: 'member-test-01890000-0000-7000-8000-0000000000a1' };
  for (let stream = 0; stream < 20; stream++)
    await store.appendToStream(
      `member-${stream}`,
      Array.from({ length: EVENTS }, () => ({ type: 'MemberRolesAssigned', data })),
    );
  const started = performance.now();
  let events = 0;
  for (let turn = 0; performance.now() - started < seconds * 1_000; turn++) {
    await store.aggregateStream(`member-${turn % 20}`, {
      evolve: (state, event) => ({ ...state, roles: event.data.roles }),
      initialState: () => ({}),
    });
    events += EVENTS;
  }
  process.send({ result: { perSecond: (events / (performance.now() - started)) * 1_000 } });
} catch (error) {
  process.send({ error: String(error?.stack ?? error) });
}
setTimeout(() => process.exit(), 50);
