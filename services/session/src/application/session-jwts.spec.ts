import { organizationFacts, memberFacts, acme, adaAtAcme, emailFactor } from '../testing/facts.ts';
import type { SessionClaims } from './ports.ts';
import { type IssuedJwt, SessionJwts } from './session-jwts.ts';
import type { LiveSession } from './wire.ts';
import type { SigningKey } from '../domain/signing-key/key-schedule.ts';
import { sessionDecider } from '../domain/session/session.decider.ts';

/** Signs by counting, so that a spec sees what was signed and how often. */
const rig = () => {
  const signed: SessionClaims[] = [];
  const checked: string[] = [];
  const at = '2026-11-23T08:00:00.000Z';
  let key: SigningKey = {
    keyId: 'key-1',
    publicJwk: {},
    privateJwk: {},
    publishedFrom: at,
    signsFrom: at,
    signsUntil: null,
    publishedUntil: null,
    end: null,
  };
  const rotate = () => (key = { ...key, keyId: 'key-3' });
  const keys = {
    current: async () => key,
    find: async (keyId: string) => (keyId === key.keyId ? key : undefined),
  };
  const signer = {
    sign: async (claims: SessionClaims) => `jwt-${signed.push(claims)}`,
    keyIdOf: (jwt: string) => (jwt === 'nobody’s' ? 'key-2' : 'key-1'),
    verify: async (jwt: string) => {
      checked.push(jwt);
      return jwt === 'forged' ? undefined : { sessionId: `session of ${jwt}`, generation: 1 };
    },
  };
  return {
    signed,
    checked,
    rotate,
    jwts: new SessionJwts(signer, keys, new Map<string, IssuedJwt>(), new Map()),
  };
};
const session: LiveSession['session'] = {
  ...sessionDecider.initialState,
  phase: 'active',
  memberId: adaAtAcme,
  startedAt: '2026-11-23T09:00:00.000Z',
  ledger: [{ factor: emailFactor(), provenFor: null }],
  generation: 1,
};
const organization = organizationFacts();
const member = memberFacts();
const live = (change: Partial<LiveSession> = {}): LiveSession => ({
  sessionId: 'session-1',
  organizationId: acme,
  organization,
  member,
  session,
  accessedAt: '2026-11-23T09:00:00.000Z',
  expiresAt: '2026-11-23T10:00:00.000Z',
  endsAt: '2026-11-23T10:00:00.000Z',
  ...change,
});

describe('issuing', () => {
  it('lasts five minutes, and never longer than the session', async () => {
    const { jwts, signed } = rig();
    await jwts.issue(live());
    await jwts.issue(live({ sessionId: 'session-2', endsAt: '2026-11-23T09:04:59.999Z' }));
    expect(signed.map(({ expiresAt }) => expiresAt)).toEqual([
      '2026-11-23T09:05:00.000Z',
      '2026-11-23T09:04:59.999Z',
    ]);
  });

  it('says whose session it is, where, and with which roles', async () => {
    const { jwts, signed } = rig();
    await jwts.issue(live());
    expect(signed).toMatchObject([
      {
        memberId: adaAtAcme,
        organization: { organization_id: acme, slug: 'acme' },
        session: {
          id: 'session-1',
          started_at: '2026-11-23T09:00:00.000Z',
          last_accessed_at: '2026-11-23T09:00:00.000Z',
          expires_at: '2026-11-23T10:00:00.000Z',
          attributes: { user_agent: '', ip_address: '' },
          authentication_factors: [{ type: 'magic_link' }],
          roles: ['stytch_member'],
          generation: 1,
        },
      },
    ]);
  });

  it('gives the same JWT again within ten seconds, and not after', async () => {
    const { jwts } = rig();
    expect(await jwts.issue(live())).toBe('jwt-1');
    expect(await jwts.issue(live({ accessedAt: '2026-11-23T09:00:09.999Z' }))).toBe('jwt-1');
    expect(await jwts.issue(live({ accessedAt: '2026-11-23T09:00:10.000Z' }))).toBe('jwt-2');
  });

  it.each<[string, Partial<LiveSession>]>([
    ['a role', { member: memberFacts({ roles: [] }) }],
    ['the slug', { organization: organizationFacts({ slug: 'acme-2' }) }],
    ['the end', { expiresAt: '2026-11-23T09:59:00.000Z' }],
    ['a claim', { session: { ...session, customClaims: { plan: 'paid' } } }],
    ['the factors', { session: { ...session, ledger: [] } }],
    ['the token', { session: { ...session, generation: 2 } }],
    ['the member', { member: memberFacts({ memberId: 'member-2' }) }],
    ['that the session ends before the JWT would', { endsAt: '2026-11-23T09:03:00.000Z' }],
    ['the time, backwards', { accessedAt: '2026-11-23T08:59:59.999Z' }],
  ])('S17: never gives it again where something has changed: %s', async (_, change) => {
    const { jwts } = rig();
    await jwts.issue(live());
    expect(await jwts.issue(live(change))).toBe('jwt-2');
  });

  it('S17: never gives it again for another session, or with another key', async () => {
    const { jwts, rotate } = rig();
    await jwts.issue(live());
    expect(await jwts.issue(live({ sessionId: 'session-2' }))).toBe('jwt-2');
    rotate();
    expect(await jwts.issue(live({ sessionId: 'session-2' }))).toBe('jwt-3');
  });
});

describe('recognising', () => {
  it('S17: looks only for keys of ours', async () => {
    const { jwts, checked } = rig();
    expect(await jwts.verify('ours')).toEqual({ sessionId: 'session of ours', generation: 1 });
    expect(await jwts.verify('nobody’s')).toBeUndefined();
    expect(checked).toEqual(['ours']);
  });

  it('checks a genuine JWT once, and every other text each time', async () => {
    const { jwts, checked } = rig();
    await jwts.verify('ours');
    expect(await jwts.verify('ours')).toEqual({ sessionId: 'session of ours', generation: 1 });
    expect(await jwts.verify('ours, too')).toEqual({ sessionId: 'session of ours, too', generation: 1 });
    expect(await jwts.verify('forged')).toBeUndefined();
    expect(await jwts.verify('forged')).toBeUndefined();
    expect(checked).toEqual(['ours', 'ours, too', 'forged', 'forged']);
  });

  it('S17: does not recognise a JWT again whose key is no longer ours', async () => {
    const { jwts, rotate } = rig();
    await jwts.verify('ours');
    rotate();
    expect(await jwts.verify('ours')).toBeUndefined();
  });
});
