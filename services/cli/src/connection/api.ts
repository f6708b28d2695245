import { exitCodes } from '../exit-codes.ts';
import { Failure } from '../failure.ts';

/** Where to call, and as whom. */
export type Target = { readonly url: string; readonly projectId: string; readonly secret: string };

/** A JSON object as it came: commands read it through schemas of their own. */
export type Answer = Readonly<Record<string, unknown>>;

type Problem = {
  readonly error_type?: string;
  readonly error_message?: string;
  readonly request_id?: string;
  readonly detail?: string;
  readonly errors?: readonly { readonly pointer: string; readonly message: string }[];
  readonly reasons?: readonly { readonly message: string }[];
};

const TRIES = 3;
const PAUSE_MILLISECONDS = 500;

/** The wire API with the project's secret: the one way in which commands learn and do anything. */
export class Api {
  constructor(
    readonly target: Target,
    private readonly signal: AbortSignal,
  ) {}

  get(path: string, query: Readonly<Record<string, string | number | undefined>> = {}): Promise<Answer> {
    const given = Object.entries(query).filter(([, value]) => value !== undefined);
    const search = new URLSearchParams(
      given.map(([name, value]): [string, string] => [name, String(value)]),
    ).toString();
    return this.call('GET', search === '' ? path : `${path}?${search}`);
  }

  post(path: string, body: object = {}): Promise<Answer> {
    return this.call('POST', path, body);
  }

  /**
   * @throws Failure with what the server said; where it does not answer, or says that a part of it does not, after
   *   another try for what changes nothing
   */
  private async call(method: string, path: string, body?: object): Promise<Answer> {
    for (let tries = 1; ; tries++) {
      const response = await this.send(method, path, body);
      const again = response.status === 503 && method === 'GET' && tries < TRIES;
      if (again) {
        await response.arrayBuffer();
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MILLISECONDS));
        continue;
      }
      const answer = await answerOf(response, this.target.url);
      if (response.ok) return answer;
      throw failureOf(response.status, answer as Problem, `${method} ${path.split('?')[0]!}`);
    }
  }

  private async send(method: string, path: string, body?: object): Promise<Response> {
    const { url, projectId, secret } = this.target;
    try {
      return await fetch(`${url}${path}`, {
        method,
        signal: this.signal,
        headers: {
          authorization: `Basic ${Buffer.from(`${projectId}:${secret}`).toString('base64')}`,
          ...(body ? { 'content-type': 'application/json' } : {}),
        },
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
    } catch (error) {
      if (this.signal.aborted) throw error;
      throw new Failure(
        exitCodes.unreachable,
        'unreachable',
        `nothing answers at ${url}`,
        'Start the server (npm start), or name another with --url or --data-dir.',
        { cause: error },
      );
    }
  }
}

const answerOf = async (response: Response, url: string): Promise<Answer> => {
  const text = await response.text();
  try {
    return JSON.parse(text) as Answer;
  } catch (error) {
    throw new Failure(
      exitCodes.unreachable,
      'not_muster',
      `${url} answers ${response.status}, but not as Muster does`,
      'Check the address given by --url or MUSTER_URL.',
      { cause: error },
    );
  }
};

const failureOf = (status: number, problem: Problem, asked: string): Failure => {
  const { error_type: type = String(status), error_message, request_id, detail } = problem;
  const fields = (problem.errors ?? []).map(({ pointer, message }) => `${pointer || 'body'}: ${message}`);
  const [reason] = problem.reasons ?? [];
  const message = [reason?.message ?? detail ?? error_message ?? `answered ${status}`, ...fields].join(' ');
  const trace = `The server refused ${asked} (request ${request_id ?? 'unknown'}).`;
  if (status === 401)
    return new Failure(
      exitCodes.unauthorized,
      type,
      'the server does not accept these credentials',
      'Set MUSTER_PROJECT_ID and MUSTER_SECRET to those of that server, or name its data directory with --data-dir.',
    );
  if (type === 'route_not_found')
    return new Failure(
      exitCodes.refused,
      type,
      `the server does not know ${asked}`,
      'Is it an older version?',
    );
  if (status === 503) return new Failure(exitCodes.unreachable, type, message, `${trace} Try again.`);
  if (status >= 500) return new Failure(exitCodes.unexpected, type, message, `${trace} Its log says more.`);
  return new Failure(exitCodes.refused, type, message, trace);
};
