import { setTimeout as pause } from 'node:timers/promises';
import type { WireClient } from '@muster/testkit';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import type { Fault } from './fault.ts';

/** Longer than anybody may go on by what they last knew of the log (E27). */
const NOTICED_MILLISECONDS = 1_500;

type Expected = readonly [
  what: string,
  status: number,
  ask: (wire: WireClient, token: string) => Promise<number>,
];

const statusOf = (answer: Promise<{ readonly status: number }>) => answer.then(({ status }) => status);

/** Who answers what while the log cannot be reached: nobody says anything that they cannot know (E26, E27). */
const answers: readonly Expected[] = [
  [
    'a session checked',
    503,
    (wire, session_token) => statusOf(wire.post('/v1/b2b/sessions/authenticate', { session_token })),
  ],
  [
    'an organization founded',
    503,
    (wire) =>
      statusOf(
        wire.post('/v1/b2b/organizations', { organization_name: 'Nobody', organization_slug: 'nobody' }),
      ),
  ],
  ['an organization read', 503, (wire) => statusOf(wire.get('/v1/b2b/organizations/paced'))],
  [
    'a code asked for',
    503,
    (wire) =>
      statusOf(wire.post('/v1/b2b/otps/email/discovery/send', { email_address: 'nobody@paced.example' })),
  ],
  ['the feed followed', 503, (wire) => statusOf(wire.get('/v1/events?limit=1'))],
  ['whether it lives', 200, (wire) => statusOf(wire.get('/healthz'))],
];

export const logUnreachable: Fault = {
  name: 'the log cannot be reached',
  sessionsGoOn: false,
  happen: async ({ ports, wire, told, session, victim }) => {
    const keys = (await wire.get(`/v1/b2b/sessions/jwks/${session.projectId}`)).body as JSONWebKeySet;
    const { session_jwt } = (
      await wire.post('/v1/b2b/sessions/authenticate', { session_token: session.token })
    ).body;
    ports.set({ logUnreachable: true });
    await pause(NOTICED_MILLISECONDS);
    const answered: Record<string, number> = {};
    for (const [what, status, ask] of answers) {
      answered[what] = await ask(wire, session.token);
      if (answered[what] !== status)
        told.wrong.push(`without the log, ${what} is answered ${answered[what]}, not ${status}`);
    }
    // What was handed out goes on being good until it ends, for whoever knows the keys.
    await jwtVerify(session_jwt, createLocalJWKSet(keys), {
      algorithms: ['RS256'],
      audience: session.projectId,
    });
    ports.set({});
    // A mail that was handed over just then could not be noted as done.
    victim.interrupted();
    return { answered, jwtVerifiedLocally: true };
  },
};
