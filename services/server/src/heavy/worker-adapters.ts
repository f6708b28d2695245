import type { Comparison, ReadStore, ViewBuilder, ViewChecksum } from '@muster/eventsourcing';
import type { LogWork } from '@muster/operations';
import type { HeavyWorker, JobOptions } from './heavy-worker.ts';

/** Who does it: a thread of its own, or this one. */
export type Worker = Pick<HeavyWorker, 'run'>;

type Following = Parameters<ViewBuilder['checksum']>[1];

const jobOptions = ({ signal, onProgress }: Following): JobOptions => ({
  signal,
  ...(onProgress ? { onProgress: (position, head) => onProgress({ position, head }) } : {}),
});

/** Builds and compares copies of views in the worker thread. */
export const workerViewBuilder = (worker: Worker, store: ReadStore): ViewBuilder => ({
  build: async (slot, { upTo, ...options }) => {
    // Before the thread is up, which takes a second: a process that is killed meanwhile finds what to go on with.
    if (!(await store.checkpoint(slot))) await store.startLoading(slot);
    const job = { kind: 'build', slot, ...(upTo === undefined ? {} : { upTo }) } as const;
    return worker.run<number>(job, jobOptions(options));
  },
  compare: (live, other, options) =>
    worker.run<Comparison>({ kind: 'compare', live, other }, jobOptions(options)),
  checksum: (slot, options) => worker.run<ViewChecksum>({ kind: 'checksum', slot }, jobOptions(options)),
});

/** Walks the log in the worker thread. */
export const workerLogWork = (worker: Worker): LogWork => ({
  verify: (walk) => worker.run({ kind: 'verifyLog' }, walk),
  count: (walk) => worker.run({ kind: 'countLog' }, walk),
  age: (request, walk) => worker.run({ kind: 'ageLog', request }, walk),
});
