import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { UnavailableError } from '@muster/kernel';
import type { Logger } from 'pino';
import type { FromWorker, Job, ThrownError, ToWorker, WorkerSettings } from './jobs.ts';

export type JobOptions = {
  readonly signal: AbortSignal;
  readonly onProgress?: (position: number, head: number) => void;
};

type Pending = JobOptions & {
  readonly resolve: (result: never) => void;
  readonly reject: (error: Error) => void;
};

/** So long after its last job the thread, with its memory, is given back. */
const IDLE_MILLISECONDS = 30_000;
const SCRIPT = new URL(import.meta.url.replace(/heavy-worker(\.[jt]s)$/, 'worker.script$1'));
const FROM_SOURCES = SCRIPT.pathname.endsWith('.ts');

/**
 * A thread of its own for work that would hold the event loop: requests are answered meanwhile. It is started by the first
 * job. Where it dies, its jobs fail as unavailable, and the next job gets a new one: every job goes on where it stopped,
 * or begins again, since nothing it does is done by halves (E20).
 */
export class HeavyWorker {
  private worker: Worker | undefined;
  private readonly pending = new Map<number, Pending>();
  private jobs = 0;
  private idle: NodeJS.Timeout | undefined;

  constructor(
    private readonly settings: WorkerSettings,
    private readonly logger: Logger,
  ) {}

  /** @throws what the job throws, by name; UnavailableError where the thread died */
  async run<R>(job: Job, options: JobOptions): Promise<R> {
    options.signal.throwIfAborted();
    const id = (this.jobs += 1);
    const worker = (this.worker ??= this.start());
    clearTimeout(this.idle);
    const abort = () => worker.postMessage({ type: 'abort', id } satisfies ToWorker);
    options.signal.addEventListener('abort', abort, { once: true });
    try {
      return await new Promise<R>((resolve, reject) => {
        this.pending.set(id, { ...options, resolve, reject });
        worker.postMessage({ type: 'do', id, job } satisfies ToWorker);
      });
    } finally {
      options.signal.removeEventListener('abort', abort);
      this.pending.delete(id);
      if (this.pending.size === 0) this.endWhenIdle();
    }
  }

  /** Ends the thread; what it was at fails as unavailable. */
  async stop(): Promise<void> {
    clearTimeout(this.idle);
    const { worker } = this;
    this.worker = undefined;
    await worker?.terminate();
    this.failAll(new UnavailableError('worker thread'));
  }

  private start(): Worker {
    const worker = new Worker(SCRIPT, {
      name: 'heavy work',
      workerData: this.settings,
      env: {},
      ...(FROM_SOURCES ? { execArgv: sourceFlags() } : {}),
    });
    worker.on('message', (message: FromWorker) => this.take(message));
    worker.on('error', (error) => {
      this.logger.error(
        { failure: error instanceof Error ? error.name : 'unknown' },
        'the worker thread died',
      );
    });
    worker.on('exit', () => {
      if (this.worker !== worker) return;
      this.worker = undefined;
      this.failAll(new UnavailableError('worker thread'));
    });
    return worker;
  }

  private take(message: FromWorker): void {
    if (message.type === 'ready') return;
    const pending = this.pending.get(message.id);
    if (!pending) return;
    if (message.type === 'progress') pending.onProgress?.(message.position, message.head);
    else if (message.type === 'done') pending.resolve(message.result as never);
    else pending.reject(thrown(message.error));
  }

  private failAll(error: Error): void {
    for (const { reject } of this.pending.values()) reject(error);
  }

  private endWhenIdle(): void {
    clearTimeout(this.idle);
    this.idle = setTimeout(() => void this.stop(), IDLE_MILLISECONDS).unref();
  }
}

const thrown = ({ name, message, dependency }: ThrownError): Error => {
  if (dependency !== null) return new UnavailableError(dependency);
  return Object.assign(new Error(message), { name });
};

/** What a process that runs the TypeScript sources was itself started with. */
const sourceFlags = (): readonly string[] & string[] => [
  '--no-warnings',
  '--conditions=@muster/source',
  '--import',
  fileURLToPath(new URL('../../../../tools/register.mjs', import.meta.url)),
];
