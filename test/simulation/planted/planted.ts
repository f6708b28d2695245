import type { EventLog, ReadStore, RecordedEvent } from '@muster/eventsourcing';
import type { Mailer } from '@muster/identity';
import { SeededRandom } from '@muster/testkit';

/** A bug put between the services and what they stand on. It outlives crashes, and shows once in a run. */
export type Planted = {
  readonly log: (log: EventLog) => EventLog;
  readonly store: (store: ReadStore) => ReadStore;
  readonly mailer: (mailer: Mailer) => Mailer;
};

const nothing: Planted = {
  log: (log) => log,
  store: (store) => store,
  mailer: (mailer) => mailer,
};

/** The same port but for one method. */
const but = <Port extends object>(port: Port, other: Partial<Port>): Port =>
  new Proxy(port, {
    get: (target, property) => {
      const value: unknown = Reflect.get(property in other ? other : target, property);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });

/** True once: at some moment that is worth it. */
const once = (random: SeededRandom, within: number): (() => boolean) => {
  let left = 1 + random.below(within);
  return () => --left === 0;
};

/** Those who follow the log at some moment do not see one event, and go on after it. */
const skippedEvent = (random: SeededRandom): Planted => {
  const position = 10 + random.below(60);
  let blind = 10;
  return {
    ...nothing,
    log: (log) =>
      but(log, {
        readAll: async (after, limit) => {
          const page = await log.readAll(after, limit);
          const skips = page.some((event) => event.position === position) && blind-- > 0;
          return skips ? page.map((event) => (event.position === position ? nobodys(event) : event)) : page;
        },
      }),
  };
};

const nobodys = (event: RecordedEvent): RecordedEvent => ({ ...event, type: 'x.X', stream: 'x-x.x' });

/** A mail is sent twice. */
const doubledEffect = (random: SeededRandom): Planted => {
  const now = once(random, 4);
  return {
    ...nothing,
    mailer: (mailer) =>
      but(mailer, {
        send: async (mail) => {
          await mailer.send(mail);
          if (now()) await mailer.send(mail);
        },
      }),
  };
};

/** A view's checkpoint moves on without the documents it stands for. */
const checkpointAhead = (random: SeededRandom): Planted => {
  const now = once(random, 30);
  return {
    ...nothing,
    store: (store) =>
      but(store, {
        write: (slot, write) =>
          store.write(slot, write.changes.length > 0 && now() ? { ...write, changes: [] } : write),
      }),
  };
};

/** The log takes a command's facts, and does not know later that it has handled that command. */
const forgottenAnswer = (random: SeededRandom): Planted => {
  const now = once(random, 20);
  return {
    ...nothing,
    log: (log) =>
      but(log, {
        append: (commit) => log.append(now() ? { ...commit, commitId: `${commit.commitId}-` } : commit),
      }),
  };
};

const bugs = { skippedEvent, doubledEffect, checkpointAhead, forgottenAnswer };

export const plantedNames: readonly string[] = Object.keys(bugs);

/** The bug of that name as it shows in the run of a seed; none where none is named. */
export const planted = (name: string | undefined, seed: number): Planted =>
  name === undefined ? nothing : bugs[name as keyof typeof bugs](new SeededRandom(`${name} in ${seed}`));
