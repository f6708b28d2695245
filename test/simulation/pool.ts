import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Done, Task } from './worker.ts';

export type PoolOptions = Omit<Task, 'seed'> & {
  readonly seeds: readonly number[];
  readonly workers: number;
  /** No run begins later than that. */
  readonly mostMilliseconds: number;
  /** Whether to go on. */
  readonly onDone: (done: Done) => boolean;
};

const WORKER = fileURLToPath(new URL('worker.ts', import.meta.url));

/** Runs seeds in processes of their own, as many at once as there are workers. Answers those whose process died. */
export const runAll = async (options: PoolOptions): Promise<readonly number[]> => {
  const left = [...options.seeds];
  const until = performance.now() + options.mostMilliseconds;
  const next = () => (performance.now() < until ? left.shift() : undefined);
  const onDone = (done: Done) => {
    const goesOn = options.onDone(done);
    if (!goesOn) left.length = 0;
    return goesOn;
  };
  const work = () => workThrough({ ...options, onDone }, next);
  const died = await Promise.all(Array.from({ length: options.workers }, work));
  return died.flat();
};

/** One worker, and another one where it dies: nobody waits for it, the seed it worked on counts as failed. */
const workThrough = async (
  { onDone, plantedName, trace, twice }: PoolOptions,
  next: () => number | undefined,
): Promise<readonly number[]> => {
  const died: number[] = [];
  for (let seed = next(); seed !== undefined;) {
    const worker = fork(WORKER);
    await heard(worker);
    for (let isUp = true; isUp && seed !== undefined; seed = next()) {
      const done = await ask(worker, { seed, plantedName, trace, twice });
      isUp = done !== undefined;
      if (done) onDone(done);
      else died.push(seed);
    }
    worker.kill();
  }
  return died;
};

/** Undefined where the worker is dead, or dies over it. */
const ask = async (worker: ChildProcess, task: Task): Promise<Done | undefined> => {
  if (!worker.connected) return undefined;
  worker.send(task);
  return (await heard(worker)) as Done | undefined;
};

/** The next thing it says; undefined where it ends instead. */
const heard = (worker: ChildProcess): Promise<unknown> =>
  new Promise((resolve) => {
    const settle = (message: unknown) => {
      worker.off('message', settle);
      worker.off('exit', ended);
      resolve(message);
    };
    const ended = () => settle(undefined);
    worker.once('message', settle);
    worker.once('exit', ended);
  });
