import { measureReference } from './child.ts';

export type Load = {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly connections: number;
  readonly seconds: number;
  /** Requests per second to hold; as many as possible where not given. */
  readonly rate?: number;
};

export type LoadResult = {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly failed: number;
};

/** Puts load on a route from a process of its own. @throws Error where any answer was not a good one */
export const putLoad = async (references: string, load: Load): Promise<LoadResult> => {
  const result = await measureReference<LoadResult>(references, 'load', load);
  if (result.failed > 0) throw new Error(`${result.failed} answers of ${load.url} were not good ones`);
  return result;
};
