import { existsSync, readdirSync, readFileSync } from 'node:fs';
import {
  type AnyAggregateType,
  type Event,
  EventCodec,
  type KeyStore,
  type RecordedEvent,
} from '@muster/eventsourcing';
import { aggregates } from '../../services/session/src/domain/aggregates.ts';

/** An event as some version of Muster stored it, the key of its sealed part, and what it must decode to for ever. */
type Sample = {
  readonly event: RecordedEvent;
  readonly keys: Readonly<Record<string, string>>;
  readonly decoded: Event;
};

const folder = (category: string) => new URL(`./${category}/`, import.meta.url);
const sampleIn = (file: URL): Sample => JSON.parse(readFileSync(file, 'utf8')) as Sample;
const samplesOf = (category: string): readonly Sample[] =>
  readdirSync(folder(category)).map((name) => sampleIn(new URL(name, folder(category))));

const keyStoreOf = (keys: Sample['keys'], destroyed = false): KeyStore => ({
  ensure: () => Promise.reject(new Error('reading creates no keys')),
  find: async (keyIds) =>
    destroyed
      ? new Map<string, Buffer>()
      : new Map(keyIds.map((keyId) => [keyId, Buffer.from(keys[keyId]!, 'base64')])),
  destroyed: async (keyIds) => new Set(destroyed ? keyIds : []),
  list: async () => [],
  destroy: () => Promise.reject(new Error('reading destroys no keys')),
  close: async () => {},
});
const decode = async ({ event, keys }: Sample, destroyed = false) => {
  const [decoded] = await new EventCodec(keyStoreOf(keys, destroyed), aggregates).decode([event]);
  return decoded!.event;
};
/** All samples of a category, one after another, as one stream. */
const folded = async (category: string, destroyed = false): Promise<unknown> => {
  const { decider } = aggregates.find((type) => type.category === category)! as AnyAggregateType;
  const samples = samplesOf(category).toSorted((a, b) => a.event.revision - b.event.revision);
  let state: unknown = decider.initialState;
  for (const sample of samples) state = decider.evolve(state, await decode(sample, destroyed));
  return state;
};

const stored = aggregates.flatMap(({ category, events }: AnyAggregateType) =>
  Object.entries(events).flatMap(([type, { version }]) =>
    Array.from({ length: version }, (_, index) => [category, type, index + 1] as const),
  ),
);

describe('E11: what the session service ever stored', () => {
  it.each(stored)(
    '%s.%s version %d has a frozen sample that decodes to what it said',
    async (category, type, version) => {
      const file = new URL(`${type}.v${version}.json`, folder(category));
      expect(existsSync(file)).toBe(true);
      const sample = sampleIn(file);
      expect(sample.event).toMatchObject({ type: `${category}.${type}`, schemaVersion: version });
      expect(await decode(sample)).toEqual(sample.decoded);
    },
  );

  it('is sampled without anything that is not stored', () => {
    const sampled = aggregates.flatMap(({ category }) => samplesOf(category)).map(({ event }) => event.type);
    const known = stored.map(([category, type]) => `${category}.${type}`);
    expect(sampled.toSorted()).toEqual(known.toSorted());
  });

  it('E12: holds addresses, claims and private keys under seal only', () => {
    for (const { category } of aggregates)
      for (const { event } of samplesOf(category))
        expect(JSON.stringify(event)).not.toMatch(/ada@acme|countess|enchantress|private-exponent/);
  });

  it.each([
    ['login', { phase: 'expired' }],
    [
      'intermediateSession',
      {
        phase: 'consumed',
        expiresAt: '2026-11-23T09:10:00.000Z',
        ledger: [{ factor: { method: 'magic_link' } }, { factor: { method: 'email_otp' } }],
      },
    ],
    [
      'session',
      {
        phase: 'expired',
        memberEpoch: 1,
        organizationEpoch: 2,
        startedAt: '2026-11-23T09:00:00.000Z',
        expiresAt: '2026-11-23T11:00:00.000Z',
        activeAt: '2026-11-23T09:40:00.000Z',
        generation: 3,
        customClaims: { nickname: 'enchantress' },
        ledger: [
          { factor: { method: 'magic_link', lastProvenAt: '2026-11-23T09:20:00.000Z' } },
          { factor: { method: 'email_otp' } },
        ],
      },
    ],
    [
      'signingKey',
      [
        {
          keyId: 'pUbLiCkEyThUmBpRiNt',
          privateJwk: undefined,
          publishedFrom: '2026-11-23T09:00:00.000Z',
          signsUntil: '2026-11-23T10:05:00.000Z',
          publishedUntil: '2026-11-23T10:11:00.000Z',
          end: { as: 'retired', at: '2026-11-23T10:11:00.000Z' },
        },
        {
          keyId: 'nExTkEyThUmBpRiNt',
          privateJwk: undefined,
          publishedFrom: '2026-11-23T10:00:00.000Z',
          signsFrom: '2026-11-23T10:05:00.000Z',
          signsUntil: null,
          end: { as: 'compromised', at: '2026-11-23T11:00:00.000Z' },
        },
      ],
    ],
  ])('folds: %s', async (category, expected) => expect(await folded(category)).toMatchObject(expected));

  it('R54: folds without its keys, and then shows nothing personal', async () => {
    for (const { category } of aggregates)
      expect(JSON.stringify(await folded(category, true))).not.toMatch(
        /ada@acme|countess|enchantress|private-exponent/,
      );
  });
});
