import type { DecodedEvent } from '@muster/eventsourcing';
import type { SessionEvent } from '../../domain/session/session.events.ts';
import { type SessionOfMember, sessionsByMemberProjection } from './sessions-by-member.projection.ts';
import { sessionsByMember } from './sessions-by-member.queries.ts';

const started = {
  type: 'SessionStarted',
  data: { memberId: 'member-1', expiresAt: '2026-11-23T10:00:00.000Z' },
} as SessionEvent;
const documentAfter = (...events: SessionEvent[]) =>
  events.reduce<SessionOfMember | undefined>(
    (document, event) =>
      sessionsByMemberProjection.apply(
        document,
        { event, id: { organizationId: 'organization-1' } } as unknown as DecodedEvent,
        'session-1',
      ),
    undefined,
  );
const document = {
  organizationId: 'organization-1',
  memberId: 'member-1',
  expiresAt: '2026-11-23T10:00:00.000Z',
};

describe('which sessions a member has', () => {
  it('begins with a session, found by its member and by the day of its end', () => {
    expect(documentAfter(started)).toEqual(document);
    expect(sessionsByMemberProjection.indexes(document)).toEqual({
      memberId: ['member-1'],
      endsOn: ['2026-11-23'],
    });
  });

  it('follows its end', () =>
    expect(
      documentAfter(started, {
        type: 'SessionExtended',
        data: { memberId: 'member-1', expiresAt: '2026-11-23T12:00:00.000Z', extendedAt: '' },
      }),
    ).toEqual({ ...document, expiresAt: '2026-11-23T12:00:00.000Z' }));

  it('is not touched by use', () =>
    expect(
      documentAfter(started, {
        type: 'SessionActivityRecorded',
        data: { memberId: 'member-1', activeAt: '2026-11-23T09:30:00.000Z' },
      }),
    ).toEqual(document));

  it('ends with a revocation', () =>
    expect(
      documentAfter(started, {
        type: 'SessionRevoked',
        data: { memberId: 'member-1', cause: 'session_revoked', revokedAt: '' },
      }),
    ).toBeUndefined());

  it('E13: ends where its expiry is on record', () =>
    expect(
      documentAfter(started, { type: 'SessionExpired', data: { memberId: 'member-1', expiredAt: '' } }),
    ).toBeUndefined());

  it('is asked page by page, and leaves out what has expired', async () => {
    const all = Array.from({ length: 1_001 }, (_, index) => ({
      id: String(index).padStart(5, '0'),
      document: index === 7 ? { ...document, expiresAt: '2026-11-23T09:00:00.000Z' } : document,
    }));
    const view = {
      find: async ({ after = '', limit }: { after?: string; limit: number }) =>
        all.filter(({ id }) => id > after).slice(0, limit),
    };
    const found = await sessionsByMember(view).of('member-1', '2026-11-23T09:00:00.000Z');
    expect(found).toHaveLength(1_000);
    expect(found.map(({ sessionId }) => sessionId)).not.toContain('00007');
  });
});
