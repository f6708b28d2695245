import { setTimeout as pause } from 'node:timers/promises';

/** Whom to call, and as whom. */
export type Project = { readonly projectId: string; readonly secret: string };

/** The server refused what a test asked of it. */
export class TestControlError extends Error {
  constructor(
    readonly call: string,
    readonly status: number,
    readonly answer: string,
  ) {
    super(`${call} answered ${status}: ${answer}`);
    this.name = 'TestControlError';
  }
}

/** Calls of the control surface and the mailbox, with the project's secret. */
export class Control {
  constructor(
    readonly url: string,
    private readonly project: Project,
  ) {}

  /** @throws TestControlError */
  async call<Answer>(method: 'GET' | 'POST', path: string, body?: object): Promise<Answer> {
    const { projectId, secret } = this.project;
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        authorization: `Basic ${Buffer.from(`${projectId}:${secret}`).toString('base64')}`,
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const answer = await response.text();
    if (!response.ok) throw new TestControlError(`${method} ${path}`, response.status, answer);
    return JSON.parse(answer) as Answer;
  }
}

const PAUSE_MILLISECONDS = 10;

/**
 * Asks again and again until there is an answer.
 * @throws what `inVain` gives, after `milliseconds`
 */
export const until = async <T>(
  ask: () => Promise<T | undefined>,
  milliseconds: number,
  inVain: () => Promise<Error>,
): Promise<T> => {
  const deadline = performance.now() + milliseconds;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > deadline) throw await inVain();
    await pause(PAUSE_MILLISECONDS);
  }
};
