import type { ServiceName } from '@muster/contracts';
import type { EnvironmentVariables } from '@muster/nest-kit';
import { apiReference } from './api-reference.ts';
import type { Credentials } from './credentials.ts';
import { alive, type Applications, routed } from './listener.ts';
import { metricsAccessIn, metricsPage } from './metrics-page.ts';
import type { ServerPlatform } from './platform.ts';
import { readinessPage, type Stage } from './readiness.ts';
import { referencePages } from './reference-pages.ts';
import { callerOf, plant, type Seed } from './seed/seed.ts';

/** What a start is told, and what it finds out before anything is opened. */
export type Start = {
  readonly environment: EnvironmentVariables;
  readonly maintenance: boolean;
  readonly credentials: Credentials;
  /** What a new data directory starts with, by its name. */
  readonly seed: string;
  readonly planned: Seed | null;
  readonly isWhole: boolean;
  readonly names: readonly ServiceName[];
};

/** All that a process answers: its own routes, and those of its services. */
export const answersOf = (
  { environment }: Pick<Start, 'environment'>,
  applications: Applications,
  { config, observability: { metrics, dependencies } }: ServerPlatform,
  stage: () => Stage,
) => {
  let reference: Promise<object> | undefined;
  return routed(applications, {
    '/healthz': alive,
    '/readyz': readinessPage(stage, dependencies),
    '/metrics': metricsPage(metrics, metricsAccessIn(environment)),
    ...referencePages(() => (reference ??= apiReference(applications, config))),
  });
};

/** Plants what a new log starts with, through the API; tells the name of what it was. */
export const sow = async (
  { planned, seed, credentials: { secret } }: Start,
  url: string,
  projectId: string,
): Promise<string | null> => {
  if (planned === null || secret === null) return null;
  await plant(planned, callerOf(url, projectId, secret));
  return seed;
};
