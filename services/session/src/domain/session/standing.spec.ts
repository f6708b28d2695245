import { sessionDecider } from './session.decider.ts';
import { type StandingInputs, standingOf } from './standing.ts';

const session = {
  ...sessionDecider.initialState,
  phase: 'active',
  memberId: 'member-1',
  memberEpoch: 1,
  organizationEpoch: 2,
  ledger: [
    {
      factor: {
        method: 'magic_link',
        order: 'PRIMARY',
        subject: { kind: 'email', address: 'ada@acme.test', emailId: '' },
        trust: { kind: 'anywhere' },
        firstProvenAt: '2026-11-23T08:00:00.000Z',
        lastProvenAt: '2026-11-23T08:30:00.000Z',
      },
      provenFor: null,
    },
  ],
  startedAt: '2026-11-23T09:00:00.000Z',
  expiresAt: '2026-11-23T10:00:00.000Z',
} satisfies StandingInputs['session'];
const policy = {
  maximumDurationMinutes: null,
  idleTimeoutMinutes: null,
  reauthenticationIntervalMinutes: null,
};
const member = { memberId: 'member-1', status: 'active', epoch: 1, expiresAt: null } as const;

type Row = {
  session?: Partial<StandingInputs['session']>;
  epoch?: number;
  policy?: Partial<typeof policy> | Record<string, number>;
  member?: Partial<NonNullable<StandingInputs['member']>> | null;
  activeAt?: string;
  at?: string;
};
const standing = (row: Row) =>
  standingOf({
    session: { ...session, ...row.session },
    organization: { epoch: row.epoch ?? 2, session: { ...policy, ...row.policy } },
    member: row.member === null ? null : { ...member, ...row.member },
    activeAt: row.activeAt ?? '2026-11-23T09:20:00.000Z',
    at: row.at ?? '2026-11-23T09:30:00.000Z',
  });
const verdict = (row: Row) => {
  const answer = standing(row);
  return answer.live ? 'live' : answer.reason.code;
};

describe('R14, R16: whether a session counts', () => {
  it.each<[string, Row, string]>([
    ['it does', {}, 'live'],
    ['revoked', { session: { phase: 'revoked' } }, 'session_revoked'],
    ['never there', { session: { phase: 'none' } }, 'session_revoked'],
    ['a moment before its end', { at: '2026-11-23T09:59:59.999Z' }, 'live'],
    ['at its end', { at: '2026-11-23T10:00:00.000Z' }, 'session_expired'],
    ['the organization’s epoch was raised', { epoch: 3 }, 'organization_disabled'],
    [
      'the organization’s epoch is not the session’s, for whatever reason',
      { epoch: 1 },
      'organization_disabled',
    ],
    ['there is no member', { member: null }, 'member_not_active'],
    ['the member is another', { member: { memberId: 'member-2' } }, 'member_not_active'],
    ['the member was deleted', { member: { status: 'deleted', epoch: 2 } }, 'member_not_active'],
    ['the member was reactivated', { member: { epoch: 2 } }, 'member_disabled'],
    ['a moment before the membership ends', { member: { expiresAt: '2026-11-23T09:30:00.001Z' } }, 'live'],
    ['when the membership ends', { member: { expiresAt: '2026-11-23T09:30:00.000Z' } }, 'membership_ended'],
    [
      'a moment before the maximum duration',
      { policy: { maximumDurationMinutes: 30 }, at: '2026-11-23T09:29:59.999Z' },
      'live',
    ],
    [
      'at the maximum duration, whatever the session was promised',
      { policy: { maximumDurationMinutes: 30 } },
      'maximum_duration_reached',
    ],
    [
      'a moment before the idle timeout',
      { policy: { idleTimeoutMinutes: 10 }, at: '2026-11-23T09:29:59.999Z' },
      'live',
    ],
    ['at the idle timeout', { policy: { idleTimeoutMinutes: 10 } }, 'idle_timeout_reached'],
    [
      'a moment before the re-authentication interval has passed',
      { policy: { reauthenticationIntervalMinutes: 60 }, at: '2026-11-23T09:29:59.999Z' },
      'live',
    ],
    [
      'when the re-authentication interval has passed',
      { policy: { reauthenticationIntervalMinutes: 60 } },
      'reauthentication_interval_passed',
    ],
    [
      'where re-authentication is asked for and nothing was ever proven',
      { session: { ledger: [] }, policy: { reauthenticationIntervalMinutes: 527_040 } },
      'reauthentication_interval_passed',
    ],
    ['where nothing was ever proven and nobody asks', { session: { ledger: [] } }, 'live'],
  ])('%s', (_, row, expected) => expect(verdict(row)).toBe(expected));
});

describe('until when a session counts', () => {
  it.each<[string, Row, { expiresAt: string; endsAt: string }]>([
    ['its own end', {}, { expiresAt: '2026-11-23T10:00:00.000Z', endsAt: '2026-11-23T10:00:00.000Z' }],
    [
      'R14: the maximum duration, if that is sooner',
      { policy: { maximumDurationMinutes: 45 } },
      { expiresAt: '2026-11-23T09:45:00.000Z', endsAt: '2026-11-23T09:45:00.000Z' },
    ],
    [
      'R14: its own end, if the maximum duration is later',
      { policy: { maximumDurationMinutes: 90 } },
      { expiresAt: '2026-11-23T10:00:00.000Z', endsAt: '2026-11-23T10:00:00.000Z' },
    ],
    [
      'R14: unused, the idle timeout from this use on',
      { policy: { idleTimeoutMinutes: 15 } },
      { expiresAt: '2026-11-23T10:00:00.000Z', endsAt: '2026-11-23T09:45:00.000Z' },
    ],
    [
      'R14: unproven, the re-authentication interval from the last proof on',
      { policy: { reauthenticationIntervalMinutes: 70 } },
      { expiresAt: '2026-11-23T10:00:00.000Z', endsAt: '2026-11-23T09:40:00.000Z' },
    ],
  ])('%s', (_, row, expected) => expect(standing(row)).toEqual({ live: true, ...expected }));
});
