import { erased } from '@muster/eventsourcing';
import { specFor } from '@muster/eventsourcing/testing';
import { isPublished, rotationDueAt, signingKeyAt, stateOf } from './key-schedule.ts';
import { type SigningKeyCommand, signingKeyDecider } from './signing-key.decider.ts';
import type { SigningKeyEvent } from './signing-key.events.ts';

const given = specFor(signingKeyDecider);

const pair = (keyId: string) => ({
  keyId,
  publicJwk: { kty: 'RSA', n: `n-${keyId}` },
  privateJwk: { kty: 'RSA', d: `d-${keyId}` },
});
const at = '2026-11-23T09:00:00.000Z';
const created: SigningKeyEvent = { type: 'SigningKeyCreated', data: { ...pair('key-1'), createdAt: at } };
const createFirst: SigningKeyCommand = { type: 'CreateFirstSigningKey', data: pair('key-1'), at };
const rotate = (keyId: string, when: string): SigningKeyCommand => ({
  type: 'RotateSigningKey',
  data: { key: pair(keyId), propagationSeconds: 300, overlapSeconds: 360 },
  at: when,
});
/** Announced at ten, signs from five past, and the key before it leaves at eleven past. */
const announced: SigningKeyEvent = {
  type: 'SigningKeyAnnounced',
  data: {
    ...pair('key-2'),
    announcedAt: '2026-11-23T10:00:00.000Z',
    signsFrom: '2026-11-23T10:05:00.000Z',
    predecessorPublishedUntil: '2026-11-23T10:11:00.000Z',
  },
};
const retired: SigningKeyEvent = {
  type: 'SigningKeyRetired',
  data: { keyId: 'key-1', retiredAt: '2026-11-23T10:11:00.000Z' },
};
const retire = (when: string): SigningKeyCommand => ({ type: 'RetireSigningKeys', data: {}, at: when });
const replace = (when: string): SigningKeyCommand => ({
  type: 'ReplaceCompromisedSigningKeys',
  data: { key: pair('key-9') },
  at: when,
});
const compromised = (keyId: string, compromisedAt: string): SigningKeyEvent => ({
  type: 'SigningKeyCompromised',
  data: { keyId, compromisedAt },
});
const stateAfter = (...events: readonly SigningKeyEvent[]) =>
  events.reduce(signingKeyDecider.evolve, signingKeyDecider.initialState);

describe('the first key of a project', () => {
  it('is made, and signs at once', () => given().when(createFirst).then(created));

  it('is one, however many processes start at once', () =>
    given(created)
      .when({ ...createFirst, data: pair('key-2') })
      .thenNothing());

  it('still verifies where its private half is lost', () => {
    const state = stateAfter({ ...created, data: { ...created.data, privateJwk: erased } });
    expect(state).toEqual([
      {
        keyId: 'key-1',
        publicJwk: { kty: 'RSA', n: 'n-key-1' },
        privateJwk: undefined,
        publishedFrom: at,
        signsFrom: at,
        signsUntil: null,
        publishedUntil: null,
        end: null,
      },
    ]);
  });
});

describe('a rotation', () => {
  it('publishes the next key before it signs, and the old one until its last JWT has expired', () =>
    given(created).when(rotate('key-2', '2026-11-23T10:00:00.000Z')).then(announced));

  it('is one at a time', () =>
    given(created, announced).when(rotate('key-3', '2026-11-23T10:04:59.999Z')).thenNothing());

  it('may follow as soon as the next key signs, while the old one is still published', () =>
    given(created, announced)
      .when(rotate('key-3', '2026-11-23T10:05:00.000Z'))
      .then({
        type: 'SigningKeyAnnounced',
        data: {
          ...pair('key-3'),
          announcedAt: '2026-11-23T10:05:00.000Z',
          signsFrom: '2026-11-23T10:10:00.000Z',
          predecessorPublishedUntil: '2026-11-23T10:16:00.000Z',
        },
      }));

  it('never has less overlap than a JWT lives, whatever it is asked for', () =>
    given(created)
      .when({
        type: 'RotateSigningKey',
        data: { key: pair('key-2'), propagationSeconds: 0, overlapSeconds: 0 },
        at: '2026-11-23T10:00:00.000Z',
      })
      .then({
        type: 'SigningKeyAnnounced',
        data: {
          ...pair('key-2'),
          announcedAt: '2026-11-23T10:00:00.000Z',
          signsFrom: '2026-11-23T10:00:00.000Z',
          predecessorPublishedUntil: '2026-11-23T10:06:00.000Z',
        },
      }));

  it('gives a project without a key one that signs at once', () =>
    given()
      .when(rotate('key-2', '2026-11-23T10:00:00.000Z'))
      .then({
        type: 'SigningKeyAnnounced',
        data: {
          ...pair('key-2'),
          announcedAt: '2026-11-23T10:00:00.000Z',
          signsFrom: '2026-11-23T10:00:00.000Z',
          predecessorPublishedUntil: null,
        },
      }));

  it('retires the old key no sooner than it has left, and once', () => {
    given(created, announced).when(retire('2026-11-23T10:10:59.999Z')).thenNothing();
    given(created, announced).when(retire('2026-11-23T10:11:00.000Z')).then(retired);
    given(created, announced, retired).when(retire('2026-11-23T10:12:00.000Z')).thenNothing();
  });

  it.each([
    ['2026-11-23T10:00:00.000Z', ['signing', 'next'], [true, true]],
    ['2026-11-23T10:04:59.999Z', ['signing', 'next'], [true, true]],
    ['2026-11-23T10:05:00.000Z', ['overlapping', 'signing'], [true, true]],
    ['2026-11-23T10:10:59.999Z', ['overlapping', 'signing'], [true, true]],
    ['2026-11-23T10:11:00.000Z', ['retired', 'signing'], [false, true]],
  ])('is moved on by time alone: at %s', (now, states, published) => {
    const keys = stateAfter(created, announced);
    expect(keys.map((key) => stateOf(key, keys, now))).toEqual(states);
    expect(keys.map((key) => isPublished(key, now))).toEqual(published);
  });

  it('a key that was retired stays so, on a clock that is behind too', () => {
    const keys = stateAfter(created, announced, retired);
    expect(isPublished(keys[0]!, '2026-11-23T10:06:00.000Z')).toBe(false);
    expect(signingKeyAt(keys, '2026-11-23T09:59:00.000Z')?.keyId).toBe('key-2');
    expect(keys[0]).toMatchObject({ privateJwk: undefined, signsUntil: '2026-11-23T10:05:00.000Z' });
  });

  it('is due so many days after the newest key began to sign', () => {
    expect(rotationDueAt(stateAfter(created), 90)).toBe('2027-02-21T09:00:00.000Z');
    expect(rotationDueAt(stateAfter(created, announced), 1)).toBe('2026-11-24T10:05:00.000Z');
    expect(rotationDueAt([], 90)).toBeUndefined();
  });
});

describe('a compromise', () => {
  const when = '2026-11-23T10:06:00.000Z';
  const replacement: SigningKeyEvent = {
    type: 'SigningKeyAnnounced',
    data: { ...pair('key-9'), announcedAt: when, signsFrom: when, predecessorPublishedUntil: null },
  };

  it('ends every key there is, the next one too, and goes on with a new one at once', () =>
    given(created, announced)
      .when(replace(when))
      .then(compromised('key-1', when), compromised('key-2', when), replacement));

  it('ends no key twice', () =>
    given(created, announced, retired).when(replace(when)).then(compromised('key-2', when), replacement));

  it('is believed at once, on a clock that is behind too', () => {
    const keys = stateAfter(created, compromised('key-1', when), replacement);
    for (const now of [at, when, '2026-11-23T10:07:00.000Z']) {
      expect(signingKeyAt(keys, now)?.keyId).toBe('key-9');
      expect(keys.map((key) => isPublished(key, now))).toEqual([false, true]);
      expect(keys.map((key) => stateOf(key, keys, now))).toEqual(['compromised', 'signing']);
    }
  });
});
