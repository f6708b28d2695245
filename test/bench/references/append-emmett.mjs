// Appends through emmett on SQLite: one event per append, as many writers as asked for.
import { join } from 'node:path';
import { getSQLiteEventStore } from '@event-driven-io/emmett-sqlite';

const { writers, seconds, directory } = JSON.parse(process.argv[2]);
const EVENTS_PER_STREAM = 10;
const data = {
  memberId: 'member-test-01890000-0000-7000-8000-0000000000a1',
  organizationId: 'organization-test-01890000-0000-7000-8000-000000000001',
  roles: ['stytch_member', 'stytch_admin', 'editor'],
  cause: 'assigned',
  revision: 1,
};
try {
  const store = getSQLiteEventStore({
    schema: { autoMigration: 'CreateOrUpdate' },
    fileName: join(directory, 'emmett.db'),
  });
  const taken = [];
  await store.appendToStream('warm-up', [{ type: 'MemberRolesAssigned', data }]);
  const started = performance.now();
  const until = started + seconds * 1_000;
  const write = async (writer) => {
    for (let number = 0; ; number++) {
      const began = performance.now();
      if (began > until) return;
      await store.appendToStream(`member-${writer}-${Math.floor(number / EVENTS_PER_STREAM)}`, [
        { type: 'MemberRolesAssigned', data },
      ]);
      taken.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
  const took = performance.now() - started;
  taken.sort((a, b) => a - b);
  const at = (share) => taken[Math.min(taken.length - 1, Math.ceil(taken.length * share) - 1)];
  process.send({ result: { perSecond: (taken.length / took) * 1_000, p50: at(0.5), p99: at(0.99) } });
} catch (error) {
  process.send({ error: String(error?.stack ?? error) });
}
setTimeout(() => process.exit(), 50);
