// A process that keeps the view of doors up until it is killed: `projector.script.ts <file> <events> <page size>`.
// Prints `started` when it begins.
import { writeSync } from 'node:fs';
import { ProjectionRunner } from '@muster/eventsourcing';
import { doorCodec, doorView } from '@muster/eventsourcing/testing';
import { SqliteReadStore } from '../sqlite.read-store.ts';
import { doorLog } from './door-log.ts';

const [file = '', events = '0', pageSize = '1'] = process.argv.slice(2);
const log = await doorLog(Number(events));
const store = SqliteReadStore.open(file);
const runner = new ProjectionRunner({ log, codec: doorCodec(), store }, doorView, {
  pageSize: Number(pageSize),
});
runner.start();
writeSync(1, 'started\n');
await runner.waitFor(Number(events), 60_000);
await runner.stop();
await store.close();
