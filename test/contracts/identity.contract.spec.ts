import { existsSync, readdirSync, readFileSync } from 'node:fs';
import {
  type AnyAggregateType,
  type Event,
  EventCodec,
  type KeyStore,
  type RecordedEvent,
} from '@muster/eventsourcing';
import { aggregates } from '../../services/identity/src/domain/aggregates.ts';

/** An event as some version of Muster stored it, the key of its sealed part, and what it must decode to for ever. */
type Sample = {
  readonly event: RecordedEvent;
  readonly keys: Readonly<Record<string, string>>;
  readonly decoded: Event;
};

const folder = (category: string) => new URL(`./${category}/`, import.meta.url);
const fileOf = (category: string, type: string, version: number) =>
  new URL(`${type}.v${version}.json`, folder(category));
const sampleIn = (file: URL): Sample => JSON.parse(readFileSync(file, 'utf8')) as Sample;
const samplesOf = (category: string): readonly Sample[] =>
  readdirSync(folder(category)).map((name) => sampleIn(new URL(name, folder(category))));

const keyStoreOf = (keys: Sample['keys']): KeyStore => ({
  ensure: () => Promise.reject(new Error('reading creates no keys')),
  find: async (keyIds) => new Map(keyIds.map((keyId) => [keyId, Buffer.from(keys[keyId]!, 'base64')])),
  destroyed: async () => new Set(),
  list: async () => [],
  destroy: () => Promise.reject(new Error('reading destroys no keys')),
  close: async () => {},
});
const decode = async ({ event, keys }: Sample) => {
  const [decoded] = await new EventCodec(keyStoreOf(keys), aggregates).decode([event]);
  return decoded!.event;
};

const stored = (aggregates as readonly AnyAggregateType[]).flatMap(({ category, events }) =>
  Object.entries(events).flatMap(([type, { version }]) =>
    Array.from({ length: version }, (_, index) => [category, type, index + 1] as const),
  ),
);

describe('E11: what identity ever stored', () => {
  it.each(stored)('%s.%s version %d has a frozen sample that decodes to what it said', async (...place) => {
    expect(existsSync(fileOf(...place))).toBe(true);
    const sample = sampleIn(fileOf(...place));
    expect(sample.event).toMatchObject({ type: `${place[0]}.${place[1]}`, schemaVersion: place[2] });
    expect(await decode(sample)).toEqual(sample.decoded);
  });

  it('is sampled without anything that is not stored', () => {
    const sampled = aggregates.flatMap(({ category }) => samplesOf(category)).map(({ event }) => event.type);
    const known = stored.map(([category, type]) => `${category}.${type}`);
    expect(sampled.toSorted()).toEqual(known.toSorted());
  });

  it('holds personal data under seal only', () => {
    for (const { category } of aggregates)
      for (const { event } of samplesOf(category)) expect(JSON.stringify(event)).not.toMatch(/ada@acme|Acme/);
  });

  it.each([
    ['emailLink', { sent: { purpose: 'login' }, redeemed: { redeemedAt: '2026-11-23T09:05:00.000Z' } }],
    ['emailCode', { generation: 1, current: null, wrongTries: 1, failures: 0 }],
    ['attempts', { failures: 0, lockedUntil: '2026-11-23T10:01:00.000Z' }],
    ['effect', { requested: { template: 'login' }, done: true }],
  ])('folds: %s', async (category, expected) => {
    const { decider } = (aggregates as readonly AnyAggregateType[]).find(
      (type) => type.category === category,
    )!;
    const samples = samplesOf(category).toSorted((a, b) => a.event.revision - b.event.revision);
    let state: unknown = decider.initialState;
    for (const sample of samples) state = decider.evolve(state, await decode(sample));
    expect(state).toMatchObject(expected);
  });
});
