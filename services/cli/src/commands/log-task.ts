import { setTimeout as pause } from 'node:timers/promises';
import type { Workbench } from '../command.ts';
import type { Api } from '../connection/api.ts';
import { exitCodes } from '../exit-codes.ts';
import { Failure } from '../failure.ts';
import { logAnswer, type LogState, type LogTask } from './log.wire.ts';

const PAUSE_MILLISECONDS = 200;
const PATHS: Readonly<Record<LogTask, string>> = {
  verification: '/v1/log/verify',
  count: '/v1/log/count',
  ageing: '/v1/log/age',
};

type Result<T extends LogTask> = NonNullable<NonNullable<LogState[T]>['result']>;

/** Starts long work on the log and waits for it; work of that kind that is under way already is joined. */
export const throughLogTask = async <T extends LogTask>(
  { out, signal }: Workbench,
  api: Api,
  name: T,
  title: string,
  body: object = {},
): Promise<Result<T>> => {
  await api.post(PATHS[name], body).catch((error: unknown) => {
    const joins = error instanceof Failure && error.type === 'log_busy' && name !== 'ageing';
    if (!joins) throw error;
    out.note('it was under way already: waiting for that');
  });
  const bar = out.progress(title);
  try {
    for (;;) {
      const { log } = logAnswer.parse(await api.get('/v1/log'));
      const task = log[name];
      if (task?.state === 'done') return task.result as Result<T>;
      if (!task || task.state === 'failed')
        throw new Failure(
          exitCodes.unexpected,
          'log_work_failed',
          `the work on the log ended early: ${task?.error ?? 'the server was started anew'}`,
          'Nothing is half done; start it again.',
        );
      const { position, head, eta_seconds: etaSeconds } = task;
      bar.show({ position, total: head ?? 0, etaSeconds });
      await pause(PAUSE_MILLISECONDS, undefined, { signal });
    }
  } finally {
    bar.end();
  }
};
