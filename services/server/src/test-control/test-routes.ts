import { hash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { type WireErrorType, wireErrors } from '@muster/contracts';
import { UnavailableError } from '@muster/kernel';
import { z } from 'zod';
import { json } from '../listener.ts';
import type { AdjustableClock } from './adjustable-clock.ts';

/** What a test may do to a server in memory. */
export type TestControl = {
  readonly clock: AdjustableClock;
  /** Back to the state it was seeded with: log, views, sessions, mail, clock. */
  reset(): Promise<void>;
  /** Resolves with the head when views have reached it and all mail is out. @throws UnavailableError */
  settled(withinMilliseconds: number): Promise<number>;
};

const PREFIX = '/dev/test/';
const amount = z.number().min(0).default(0);
const advance = z.strictObject({ seconds: amount, minutes: amount, hours: amount, days: amount });
const patience = z.strictObject({ within_milliseconds: z.number().min(0).max(120_000).default(10_000) });

type Handler = (control: TestControl, body: unknown) => Promise<object>;

const handlers: Readonly<Record<string, Handler>> = {
  'POST reset': async (control) => {
    const began = performance.now();
    await control.reset();
    return { milliseconds: Math.round(performance.now() - began) };
  },
  'POST settled': async (control, body) => ({
    position: await control.settled(patience.parse(body).within_milliseconds),
  }),
  'POST clock': async ({ clock }, body) => {
    const { seconds, minutes, hours, days } = advance.parse(body);
    clock.advance(((days * 24 + hours) * 60 + minutes) * 60 + seconds);
    return told(clock);
  },
  'GET clock': async ({ clock }) => told(clock),
};

const told = (clock: AdjustableClock) => ({ now: clock.now(), ahead_seconds: clock.aheadSeconds });

/**
 * The control surface for tests, `/dev/test/…`, for whoever has the project's secret: a page in a browser has not.
 * @returns whether the request was one of these
 */
export const testRoutes = (control: TestControl, secretHashes: readonly string[]) => {
  const secrets = secretHashes.map((secretHash) => Buffer.from(secretHash, 'hex'));
  return (request: IncomingMessage, response: ServerResponse): boolean => {
    const path = request.url!.split('?', 1)[0]!;
    if (!path.startsWith(PREFIX)) return false;
    const handler = handlers[`${request.method} ${path.slice(PREFIX.length)}`];
    if (!handler) refuse(response, 'route_not_found');
    else if (!mayCall(request, secrets)) refuse(response, 'unauthorized_credentials');
    else void answer(response, () => bodyOf(request).then((body) => handler(control, body)));
    return true;
  };
};

const mayCall = (
  { headers: { authorization = '' } }: IncomingMessage,
  secrets: readonly Buffer[],
): boolean => {
  const [scheme, encoded = ''] = authorization.split(' ');
  const [, ...secret] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  const digest = hash('sha256', secret.join(':'), 'buffer');
  return scheme?.toLowerCase() === 'basic' && secrets.some((live) => timingSafeEqual(live, digest));
};

const bodyOf = async (request: IncomingMessage): Promise<unknown> => {
  const given = await text(request);
  return given === '' ? {} : JSON.parse(given);
};

const answer = async (response: ServerResponse, handle: () => Promise<object>): Promise<void> => {
  try {
    json(response, 200, { status_code: 200, ...(await handle()) });
  } catch (error) {
    if (error instanceof z.ZodError || error instanceof SyntaxError) refuse(response, 'bad_request');
    else refuse(response, 'unavailable', error instanceof UnavailableError ? error.dependency : undefined);
  }
};

/** @param what is in the way, where that is known */
const refuse = (response: ServerResponse, error_type: WireErrorType, what?: string): void => {
  const [status_code, message] = wireErrors[error_type];
  const error_message = what === undefined ? message : `${message} (${what})`;
  json(response, status_code, { status_code, error_type, error_message });
};
