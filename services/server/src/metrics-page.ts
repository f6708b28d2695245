import { hash, timingSafeEqual } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Metrics } from '@muster/observability';

/** Who may read the metrics: anybody, nobody, or who knows the token. */
export type MetricsAccess = 'open' | 'closed' | { readonly token: string };

/**
 * In production strangers reach the same port, and a proxy on the same host makes all of them look like the loopback: so
 * it is the token, or nothing.
 */
export const metricsAccessIn = (environment: {
  readonly MUSTER_MODE: 'development' | 'production';
  readonly MUSTER_METRICS_TOKEN?: string | undefined;
}): MetricsAccess => {
  const { MUSTER_METRICS_TOKEN: token, MUSTER_MODE: mode } = environment;
  if (token !== undefined) return { token };
  return mode === 'production' ? 'closed' : 'open';
};

const sha256 = (text: string): Buffer => hash('sha256', text, 'buffer');

/** What Prometheus reads. Where it is closed, there is nothing here to be found. */
export const metricsPage = (metrics: Pick<Metrics, 'text' | 'contentType'>, access: MetricsAccess) => {
  const expected = typeof access === 'object' ? sha256(access.token) : undefined;
  return (response: ServerResponse): void => {
    const refuse = (status: number, headers: Record<string, string> = {}) =>
      void response.writeHead(status, { 'cache-control': 'no-store', ...headers }).end();
    if (access === 'closed') return refuse(404);
    if (expected && !timingSafeEqual(sha256(bearerIn(response)), expected))
      return refuse(401, { 'www-authenticate': 'Bearer realm="muster metrics"' });
    metrics.text().then(
      (text) =>
        response
          .writeHead(200, { 'content-type': metrics.contentType, 'cache-control': 'no-store' })
          .end(text),
      (error: unknown) => response.destroy(error as Error),
    );
  };
};

const bearerIn = ({ req }: ServerResponse): string =>
  /^bearer (.+)$/i.exec(req.headers.authorization ?? '')?.[1] ?? '';
