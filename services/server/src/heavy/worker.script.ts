import 'reflect-metadata';
import { parentPort, workerData } from 'node:worker_threads';
import { UnavailableError } from '@muster/kernel';
import type { FromWorker, Job, ThrownError, ToWorker, WorkerSettings } from './jobs.ts';
import { openHeavyWork } from './heavy-work.ts';

const LEAST_MILLISECONDS_BETWEEN_REPORTS = 100;

const port = parentPort!;
const tell = (message: FromWorker): void => port.postMessage(message);
const work = await openHeavyWork(workerData as WorkerSettings);
const underWay = new Map<number, AbortController>();

const described = (error: unknown): ThrownError => ({
  name: error instanceof Error ? error.name : 'Error',
  message: error instanceof Error ? error.message : String(error),
  dependency: error instanceof UnavailableError ? error.dependency : null,
});

const perform = async (id: number, job: Job): Promise<void> => {
  const controller = new AbortController();
  underWay.set(id, controller);
  let told = -Infinity;
  const onProgress = (position: number, head: number): void => {
    if (performance.now() - told < LEAST_MILLISECONDS_BETWEEN_REPORTS) return;
    told = performance.now();
    tell({ type: 'progress', id, position, head });
  };
  try {
    tell({ type: 'done', id, result: await work(job, { signal: controller.signal, onProgress }) });
  } catch (error) {
    tell({ type: 'failed', id, error: described(error) });
  } finally {
    underWay.delete(id);
  }
};

port.on('message', (message: ToWorker) => {
  if (message.type === 'abort') underWay.get(message.id)?.abort();
  else void perform(message.id, message.job);
});
tell({ type: 'ready' });
