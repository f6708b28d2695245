import { age, type AnyProjection, InMemoryReadStore, View } from '@muster/eventsourcing';
import fc from 'fast-check';
import { aggregates } from '../domain/aggregates.ts';
import { expireOpenLogins } from '../reactors/login.reactor.ts';
import { expireSessions } from '../reactors/session.reactor.ts';
import { openLoginsProjection } from '../read-models/open-logins/open-logins.projection.ts';
import { sessionsByMemberProjection } from '../read-models/sessions-by-member/sessions-by-member.projection.ts';
import { acme, adaAtAcme, discoveryProof, projectId, proofFor } from '../testing/facts.ts';
import { refusal } from '../testing/refusal.ts';
import { SessionRig } from '../testing/session-rig.ts';
import type { Authority } from './session-revocation.service.ts';

const backend: Authority = { member: null, permit: () => {} };
const aDay = 24 * 60;

let rig: SessionRig;
beforeEach(async () => void (rig = await SessionRig.start()));
afterEach(() => rig.stop());

let links = 0;
const aLink = (): string => {
  const token = `link-${++links}`;
  rig.proofs.send(token, proofFor());
  return token;
};
const logIn = (durationMinutes = 60) => rig.logIn(aLink(), { durationMinutes });
const revoke = (given: { memberSessionId?: string; memberId?: string; sessionToken?: string }) =>
  rig.application.revocation.revoke(rig.call('Revoke'), backend, {
    sessionToken: null,
    sessionJwt: null,
    memberSessionId: null,
    memberId: null,
    ...given,
  });
const ageAll = () =>
  age(
    { log: rig.log, keys: rig.keys, aggregates },
    { projectId, now: rig.now, olderThanDays: 7, upTo: 1_000_000, actor: 'system:ageing' },
  );
const aged = async () =>
  (await rig.log.readAll(0, 10_000)).filter(({ data }) => data['$aged']).map(({ type }) => type);
const endAndAge = async () => {
  rig.pass({ minutes: 400 * aDay });
  await expireSessions(rig.dependencies, rig.sessionsView);
  rig.pass({ minutes: 8 * aDay });
  await ageAll();
};

describe('E13: attack: coming back when the session has aged', () => {
  it('R16: with the token or the JWT of a session that expired: it is not found', async () => {
    const { session_token: sessionToken, session_jwt: sessionJwt } = await logIn();
    await endAndAge();
    expect(await aged()).toContain('session.SessionStarted');
    expect(await refusal(rig.authenticate({ sessionToken }))).toBe('session_not_found');
    expect(await refusal(rig.authenticate({ sessionJwt }))).toBe('session_not_found');
    expect(await refusal(rig.authenticate({ sessionToken, durationMinutes: 60 }))).toBe('session_not_found');
  });

  it('R16: with the token of a session that was revoked, by a clock that was set back', async () => {
    const { session_token: sessionToken, member_session } = await logIn();
    await revoke({ memberSessionId: member_session!.member_session_id });
    const then = rig.now;
    await endAndAge();
    rig.now = then;
    expect(await refusal(rig.authenticate({ sessionToken }))).toBe('session_not_found');
  });

  it('to revoke it: by its id it is not there, by its member there is nothing to do', async () => {
    const { member_session } = await logIn();
    await endAndAge();
    const memberSessionId = member_session!.member_session_id;
    expect(await refusal(revoke({ memberSessionId }))).toBe('session_not_found');
    expect(await refusal(revoke({ memberId: adaAtAcme }))).toBe('none');
    expect(
      await rig.application.revocation.list(rig.call(), { organization: acme, memberId: adaAtAcme }),
    ).toEqual([]);
  });

  it('R18: with the link of a login, under the key of its first call: the answer is gone, and so is the proof', async () => {
    const link = aLink();
    await rig.logIn(link, { durationMinutes: 60, key: 'once' });
    await endAndAge();
    const sessions = (await rig.written('session')).length;
    expect(await refusal(rig.logIn(link, { durationMinutes: 60, key: 'once' }))).toBe(
      'unable_to_auth_magic_link',
    );
    expect(await rig.written('session')).toHaveLength(sessions);
  });

  it('R17, R18: with an intermediate session token, used or not', async () => {
    rig.proofs.send('discovery', discoveryProof());
    const discovered = await rig.application.discovery.authenticateEmailLink(rig.call('Discover'), {
      token: 'discovery',
      codeVerifier: null,
    });
    const { intermediate_session_token: intermediateSessionToken } = discovered;
    rig.pass({ minutes: 20 * aDay });
    await ageAll();
    expect(await aged()).toContain('intermediateSession.IntermediateSessionStarted');
    expect(await refusal(rig.logIn(aLink(), { intermediateSessionToken }))).toBe(
      'intermediate_session_not_found',
    );
  });
});

describe('E24, E13: views built from an aged log are those that were kept up', () => {
  const ends = fc.constantFrom(['age'], ['days', 'record', 'days', 'age']);
  const step = fc.constantFrom('login', 'start only', 'extend', 'revoke', 'hour', 'days', 'record', 'age');

  it.each<[string, AnyProjection]>([
    ['sessions by member', sessionsByMemberProjection],
    ['open logins', openLoginsProjection],
  ])(
    '%s',
    async (_, projection) => {
      let agedSessions = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 25 }), ends, async (steps, end) => {
          await rig.stop();
          rig = await SessionRig.start();
          const { log, codec } = rig;
          const fresh = (of: AnyProjection) => {
            const view = new View(of, { log, codec, store: new InMemoryReadStore() });
            view.start();
            return view;
          };
          const live = fresh(projection);
          const openLogins = fresh(openLoginsProjection);
          let sessionToken: string | undefined;
          for (const next of [...steps, ...end]) {
            if (next === 'login') sessionToken = (await logIn(90)).session_token;
            if (next === 'start only') await rig.logIn('no such link').catch(() => undefined);
            if (next === 'extend' && sessionToken)
              await rig.authenticate({ sessionToken, durationMinutes: 600 }).catch(() => undefined);
            if (next === 'revoke' && sessionToken) await revoke({ sessionToken }).catch(() => undefined);
            if (next === 'hour') rig.pass({ minutes: 60 });
            if (next === 'days') rig.pass({ minutes: 8 * aDay });
            if (next === 'record') {
              await expireSessions(rig.dependencies, rig.sessionsView);
              await expireOpenLogins(rig.dependencies, openLogins);
            }
            if (next === 'age') agedSessions += (await ageAll()).categories['session']?.streams ?? 0;
          }
          const all = { where: [], limit: 100 };
          const rebuilt = fresh(projection);
          expect(await rebuilt.find(all)).toEqual(await live.find(all));
          await Promise.all([rebuilt.stop(), live.stop(), openLogins.stop()]);
        }),
        { numRuns: 40 },
      );
      expect(agedSessions).toBeGreaterThan(0);
    },
    60_000,
  );
});
