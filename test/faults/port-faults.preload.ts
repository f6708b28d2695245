// Loaded into every process before its own code: see port-faults.ts.
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { isMainThread } from 'node:worker_threads';
import { SqliteEventLog } from '@muster/event-log-sqlite';
import { type AnyProjection, ProjectionRunner } from '@muster/eventsourcing';
import { UnavailableError } from '@muster/kernel';
import { SqliteReadStore } from '@muster/read-store-sqlite';
import { replace } from '../crash/replace.ts';
import type { PortFaults } from './port-faults.ts';

const LOOK_EVERY_MILLISECONDS = 50;
const TIMES_SLOWER = 100;
const LEAST_WRITE_MILLISECONDS = 1;

let faults: PortFaults = {};
const look = (): void => {
  faults = JSON.parse(readFileSync(process.env['PORT_FAULTS_FILE']!, 'utf8')) as PortFaults;
};

const logMethods = [
  'append',
  'readStream',
  'readAll',
  'findCommit',
  'reservation',
  'head',
  'changed',
] as const;

/** A log that cannot be reached says so, whatever it is asked. */
const logMayBeUnreachable = (): void => {
  const log = SqliteEventLog.prototype as unknown as Record<
    string,
    (...given: unknown[]) => Promise<unknown>
  >;
  for (const method of logMethods)
    replace(
      log,
      method,
      (original) =>
        async function (this: unknown, ...given) {
          if (faults.logUnreachable) throw new UnavailableError('eventLog');
          return original!.apply(this, given);
        },
    );
};

const viewsMayBeSlow = (): void =>
  replace(
    SqliteReadStore.prototype,
    'write',
    (write) =>
      async function (this: SqliteReadStore, slot, request) {
        const began = performance.now();
        await write.call(this, slot, request);
        const took = Math.max(LEAST_WRITE_MILLISECONDS, performance.now() - began);
        if (faults.slowView === slot.name) await pause(took * (TIMES_SLOWER - 1));
      },
  );

const poisoned =
  ({ name, apply }: AnyProjection): AnyProjection['apply'] =>
  (document, event, id) => {
    const { view, organizationId } = faults.poison ?? {};
    if (name === view && event.id.organizationId === organizationId)
      throw new Error('an event that this view cannot take');
    return apply(document, event, id);
  };

const viewsMayBePoisoned = (): void => {
  const seen = new WeakSet<AnyProjection>();
  replace(
    ProjectionRunner.prototype,
    'start',
    (start) =>
      function (this: ProjectionRunner) {
        const { projection } = this;
        if (!seen.has(projection)) Object.assign(projection, { apply: poisoned({ ...projection }) });
        seen.add(projection);
        return start.call(this);
      },
  );
};

if (isMainThread) {
  look();
  setInterval(look, LOOK_EVERY_MILLISECONDS).unref();
  logMayBeUnreachable();
  viewsMayBeSlow();
  viewsMayBePoisoned();
}
