import type { ServerResponse } from 'node:http';
import type { Dependencies } from '@muster/observability';

/** Where a process is between its start and its end. */
export type Stage = 'starting' | 'ready' | 'draining';

const json = (response: ServerResponse, status: number, body: object): void => {
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
  });
  response.end(JSON.stringify(body));
};

/**
 * Whether to send requests here, and what is missing meanwhile. 503 while the process starts or ends, or cannot serve
 * at all; 200 while it can, with the names of what it has to do without (I19).
 */
export const readinessPage =
  (stage: () => Stage, dependencies: Pick<Dependencies, 'report'>) =>
  (response: ServerResponse): void => {
    const now = stage();
    if (now !== 'ready') return json(response, 503, { status: now });
    dependencies.report().then(
      (reports) => {
        const away = reports.filter(({ isThere }) => !isThere);
        const unavailable = away.filter(({ required }) => required).map(({ name }) => name);
        const degraded = away.filter(({ required }) => !required).map(({ name }) => name);
        const also = degraded.length === 0 ? {} : { degraded };
        if (unavailable.length > 0) json(response, 503, { status: 'unavailable', unavailable, ...also });
        else json(response, 200, { status: degraded.length === 0 ? 'ok' : 'degraded', ...also });
      },
      (error: unknown) => response.destroy(error as Error),
    );
  };
