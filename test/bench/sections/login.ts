import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { dieTogether, measure } from '../child.ts';
import { copyOf, history } from '../histories.ts';
import type { LoginFlow, LoginParameters, LoginResult } from '../measurements/login-load.ts';
import { beside, type BenchOptions, type Section } from '../section.ts';
import { type Shape, startServer } from '../server.ts';
import { untilViewsAreThere } from '../views.ts';

export const addressesOf = (people: number): readonly string[] =>
  Array.from({ length: people }, (_, number) => `person${number}@bench.example`);

type Created = { readonly organization: { readonly organization_id: string } };

/** Logins on a server of ours over a generated year. */
export const logins = async (
  options: BenchOptions,
  load: Omit<LoginParameters, 'flow'>,
  shape: Shape = 'standalone',
): Promise<LoginResult> => {
  const kept = await history(options, 'year', options.quick ? 10_000 : 100_000);
  const dataDirectory = copyOf(kept, options.scratch, `login-${shape}`);
  const server = await startServer(dataDirectory, shape);
  await untilViewsAreThere(server);
  const { organization } = await server.post<Created>('/v1/b2b/organizations', {
    organization_name: 'Bench',
    organization_slug: 'bench',
  });
  const { organization_id } = organization;
  for (const email_address of load.addresses)
    await server.post(`/v1/b2b/organizations/${organization_id}/members`, { email_address });
  const who = { organization_id, email_address: '{email}' };
  const flow: LoginFlow = {
    url: server.url,
    headers: { authorization: server.authorization },
    send: { path: '/v1/b2b/otps/email/login_or_signup', body: who },
    codeAt: '/dev/mailbox.json?to=',
    authenticate: { path: '/v1/b2b/otps/email/authenticate', body: { ...who, code: '{code}' } },
  };
  try {
    return await measure<LoginResult>('login-load', { ...load, flow });
  } finally {
    await server.stop();
  }
};

const theirs = async (
  references: string,
  scratch: string,
  load: Omit<LoginParameters, 'flow'>,
): Promise<LoginResult> => {
  const directory = mkdtempSync(join(scratch, 'better-auth-'));
  const child = fork(join(references, 'better-auth.mjs'), [JSON.stringify({ directory })], {
    execArgv: ['--no-warnings'],
    cwd: references,
  });
  dieTogether(child);
  const [{ url }] = (await once(child, 'message')) as [{ url: string }];
  const flow: LoginFlow = {
    url,
    headers: { origin: 'http://127.0.0.1' },
    send: {
      path: '/api/auth/email-otp/send-verification-otp',
      body: { email: '{email}', type: 'sign-in' },
    },
    codeAt: '/code?email=',
    authenticate: { path: '/api/auth/sign-in/email-otp', body: { email: '{email}', otp: '{code}' } },
  };
  try {
    return await measure<LoginResult>('login-load', { ...load, flow });
  } finally {
    child.kill();
  }
};

export const login: Section = {
  name: 'login',
  title: 'Login by a code from an e-mail',
  about:
    'Ask for a code, read it, log in with it: three calls over HTTP, eight people at once, each side in its own process on SQLite with a sync per acknowledged write. Muster: a standalone server over a generated year, mail by its reactor into the dev mailbox. Reference: Better Auth with its e-mail OTP plugin on `node:sqlite`, its codes handed over in memory.',
  run: async (options) => {
    const { quick, references, scratch } = options;
    const load = { addresses: addressesOf(quick ? 10 : 200), atOnce: 8, seconds: quick ? 1 : 10 };
    const measured = await logins(options, load);
    const reference = references ? await theirs(references, scratch, load) : undefined;
    return [
      {
        what: 'e-mail code to session',
        unit: 'logins/s',
        measured: measured.perSecond,
        ...beside('Better Auth', reference?.perSecond),
        budget: { atLeastTimes: 3 },
      },
      {
        what: 'p99 of a whole login',
        unit: 'ms',
        measured: measured.p99,
        ...beside('Better Auth', reference?.p99),
      },
    ];
  },
};
