import { Agent, request as httpRequest } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { Latencies } from '../latencies.ts';

/** A login by a code from an e-mail, as three calls. `{email}` and `{code}` stand for themselves. */
export type LoginFlow = {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly send: { readonly path: string; readonly body: object };
  readonly codeAt: string;
  readonly authenticate: { readonly path: string; readonly body: object };
};

export type LoginParameters = {
  readonly flow: LoginFlow;
  readonly addresses: readonly string[];
  readonly atOnce: number;
  readonly seconds: number;
};

export type LoginResult = { readonly perSecond: number; readonly p50: number; readonly p99: number };

const agent = new Agent({ keepAlive: true });

const call = (url: string, method: string, headers: object, body?: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const request = httpRequest(
      url,
      { method, agent, headers: { ...headers, 'content-type': 'application/json', ...length } },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => (text += part));
        response.on('end', () => {
          if (response.statusCode === 200) resolve(text);
          else reject(new Error(`${url} answered ${response.statusCode}: ${text}`));
        });
      },
    );
    request.on('error', reject).end(body);
  });

const filled = (body: object, values: Readonly<Record<string, string>>): string =>
  JSON.stringify(body).replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name]!);

type Mail = { readonly codes: readonly string[] };

/** The code that the mail brought; never the one of the login before. */
const newCode = async ({ url, codeAt, headers }: LoginFlow, email: string, last: string | undefined) => {
  for (;;) {
    const text = await call(`${url}${codeAt}${encodeURIComponent(email)}`, 'GET', headers);
    const code = (JSON.parse(text) as readonly Mail[])[0]?.codes[0];
    if (code !== undefined && code !== last) return code;
    await pause(3);
  }
};

export const run = async ({ flow, addresses, atOnce, seconds }: LoginParameters): Promise<LoginResult> => {
  const lastCodes = new Map<string, string>();
  const latencies = new Latencies();
  const logIn = async (email: string): Promise<void> => {
    const { url, headers, send, authenticate } = flow;
    await call(`${url}${send.path}`, 'POST', headers, filled(send.body, { email }));
    const code = await newCode(flow, email, lastCodes.get(email));
    lastCodes.set(email, code);
    await call(`${url}${authenticate.path}`, 'POST', headers, filled(authenticate.body, { email, code }));
  };
  // Everybody once, so that both sides know them all.
  await inParallel(atOnce, addresses, logIn);
  const started = performance.now();
  const until = started + seconds * 1_000;
  let next = 0;
  const person = async (): Promise<void> => {
    while (performance.now() < until) {
      const began = performance.now();
      await logIn(addresses[next++ % addresses.length]!);
      latencies.add(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, person));
  const took = performance.now() - started;
  agent.destroy();
  return {
    perSecond: (latencies.count / took) * 1_000,
    p50: latencies.quantile(0.5),
    p99: latencies.quantile(0.99),
  };
};

const inParallel = async (
  atOnce: number,
  items: readonly string[],
  work: (item: string) => Promise<void>,
): Promise<void> => {
  const left = [...items];
  const one = async (): Promise<void> => {
    for (let item = left.pop(); item !== undefined; item = left.pop()) await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, one));
};
