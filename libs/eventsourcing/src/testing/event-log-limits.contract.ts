import { v7 as uuidv7 } from 'uuid';
import type { Commit, EventLog } from '../event-log.ts';
import { aCommit, door, otherOrganizationId, projectId, writeTo } from './commits.ts';

const times = <T>(count: number, make: (index: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, index) => make(index));
const events = (count: number) => ({
  writes: [
    writeTo(
      door('a'),
      times(count, () => ({})),
    ),
  ],
});
/** `{"text":"…"}` is 11 bytes around the text. */
const bytes = (...texts: readonly string[]) => ({
  writes: [
    writeTo(
      door('a'),
      texts.map((text) => ({ text })),
    ),
  ],
});
const conditions = (count: number) => ({
  conditions: times(count, (index) => ({ stream: door(`${index}`), expect: 'any' as const })),
});
const keys = (count: number) => ({
  reservations: times(count, (index) => ({ op: 'release' as const, key: `k${index}`, owner: 'a' })),
});
const key = (text: string) => ({ reservations: [{ op: 'release' as const, key: text, owner: 'a' }] });
const stream = (name: string) => ({ writes: [writeTo(name, [{}])] });
const event = (changed: object) => ({
  writes: [{ ...writeTo(door('a'), []), events: [{ ...writeTo(door('a'), [{}]).events[0]!, ...changed }] }],
});

// `door-` and the project id and `.` are 55 characters, so 145 more make 200.
const within: readonly [string, Partial<Commit>][] = [
  ['1,000 events', events(1_000)],
  ['1,000 conditions', conditions(1_000)],
  ['1,000 reservations', keys(1_000)],
  ['921,600 bytes of data', bytes('x'.repeat(921_589))],
  [
    '921,600 bytes of data in two events, counted as UTF-8',
    bytes('x'.repeat(460_789), `${'é'.repeat(230_394)}x`),
  ],
  ['a stream name of 200 characters', stream(door('x'.repeat(145)))],
  ['a stream name of all characters', stream(door('aZ09_.-'))],
  ['a commit id of 200 characters', { ...events(1), commitId: 'c'.repeat(200) }],
  ['a key of 512 characters', key('k'.repeat(512))],
];
const beyond: readonly [what: string, commit: Partial<Commit>, why: RegExp][] = [
  ['no event', { writes: [] }, /a commit needs/],
  [
    'a write without events',
    { writes: [writeTo(door('a'), [{}]), writeTo(door('b'), [])] },
    /nothing is written/,
  ],
  ['1,001 events', events(1_001), /1001 events/],
  ['1,001 conditions', conditions(1_001), /1001 conditions/],
  ['1,001 reservations', keys(1_001), /1001 reservations/],
  ['921,601 bytes of data', bytes('x'.repeat(921_590)), /921601 bytes/],
  ['460,801 characters of two bytes', bytes('é'.repeat(460_801)), /921613 bytes/],
  ['a stream name of 201 characters', stream(door('x'.repeat(146))), /not a stream name/],
  ['an empty stream name', stream(''), /not a stream name/],
  ['a slash in a stream name', stream(door('a/b')), /not a stream name/],
  ['a star in a stream name', stream(door('*')), /not a stream name/],
  ['a letter beyond ASCII in a stream name', stream(door('é')), /not a stream name/],
  ['a line break after a stream name', stream(`${door('a')}\n`), /not a stream name/],
  ['a category in Pascal case', stream(`Door-${projectId}.a`), /not a stream name/],
  [
    'a stream that is written twice',
    { writes: [writeTo(door('a'), [{}]), writeTo(door('a'), [{}])] },
    /each stream once/,
  ],
  [
    'two streams whose names differ in case only',
    { writes: [writeTo(door('a'), [{}]), writeTo(door('A'), [{}])] },
    /each stream once/,
  ],
  [
    'a stream both written and checked',
    { ...stream(door('a')), conditions: [{ stream: door('a'), expect: 'any' }] },
    /each stream once/,
  ],
  ['a stream of another project', stream('door-project-test-other.a'), /is not of project/],
  [
    'a condition on another project',
    { conditions: [{ stream: 'door-project-test-other.a', expect: 'any' }] },
    /is not of project/,
  ],
  ['an empty commit id', { ...events(1), commitId: '' }, /not a commit id/],
  ['a commit id of 201 characters', { ...events(1), commitId: 'c'.repeat(201) }, /not a commit id/],
  ['a key of 513 characters', key('k'.repeat(513)), /not a reservation key/],
  ['a key with a space', key('k k'), /not a reservation key/],
  ['an event type without category', event({ type: 'Opened' }), /not an event type of door/],
  ['an event type of another category', event({ type: 'window.Opened' }), /not an event type of door/],
  ['a schema version of 0', event({ schemaVersion: 0 }), /not a schema version/],
  ['half a schema version', event({ schemaVersion: 1.5 }), /not a schema version/],
  [
    'an organization id with a slash',
    { writes: [writeTo(door('a'), [{}], { organizationId: 'a/b' })] },
    /not an organization id/,
  ],
];

/** What no log takes: the same in every adapter (E9, E10). */
export const limitsContract = (log: () => EventLog): void => {
  it.each(within)('E9: takes %s', async (_, commit) => {
    expect((await log().append(aCommit(commit))).duplicate).toBe(false);
  });

  it.each(beyond)('E9: refuses %s', async (_, commit, why) => {
    await expect(log().append(aCommit(commit))).rejects.toMatchObject({
      name: 'LimitExceeded',
      message: expect.stringMatching(why),
    });
    expect(await log().head()).toBe(0);
  });

  it.each([
    ['a version 4', '0b5f1f8e-5a0e-4d0a-9d6e-5a4f1c1f7a10'],
    ['another variant', '019ab000-0000-7000-c000-000000000001'],
    ['upper case', uuidv7().toUpperCase().replace(/^./, 'A')],
    ['no', 'event-1'],
  ])('E6: an event id of %s UUID is refused', async (_, eventId) => {
    await expect(log().append(aCommit(event({ eventId })))).rejects.toMatchObject({ name: 'LimitExceeded' });
  });

  it('E10: a commit that spans two organizations is refused', async () => {
    const writes = [
      writeTo(door('flow'), [{}], { organizationId: null }),
      writeTo(door('a'), [{}]),
      writeTo(door('b'), [{}], { organizationId: otherOrganizationId }),
    ];
    await expect(log().append(aCommit({ writes }))).rejects.toMatchObject({
      name: 'OrganizationMismatch',
      stream: door('b'),
    });
    expect(await log().append(aCommit({ writes: writes.slice(0, 2) }))).toMatchObject({ position: 2 });
  });
};
