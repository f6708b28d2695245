import { readdirSync, readFileSync } from 'node:fs';
import {
  type AnyAggregateType,
  type AnyProjection,
  type DecodedEvent,
  type Document,
  documentIdsOf,
  EventCodec,
  InMemoryKeyStore,
  type RecordedEvent,
} from '@muster/eventsourcing';
import { aggregates as identityAggregates, projections as identityProjections } from '@muster/identity';
import {
  aggregates as provisioningAggregates,
  projections as provisioningProjections,
} from '@muster/provisioning';
import { aggregates as sessionAggregates, projections as sessionProjections } from '@muster/session';
import fc from 'fast-check';

type Sample = { readonly event: RecordedEvent; readonly keys: Readonly<Record<string, string>> };

const samplesOf = (category: string): readonly Sample[] => {
  const folder = new URL(`./${category}/`, import.meta.url);
  return readdirSync(folder).map((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Sample);
};

/** The samples' keys, or the same ones destroyed. */
class SampleKeys extends InMemoryKeyStore {
  constructor(
    private readonly known: Sample['keys'],
    private readonly areDestroyed: boolean,
  ) {
    super();
  }
  override async find(keyIds: readonly string[]) {
    if (this.areDestroyed) return new Map<string, Uint8Array>();
    return new Map(keyIds.map((keyId) => [keyId, Buffer.from(this.known[keyId]!, 'base64')]));
  }
  override async destroyed(keyIds: readonly string[]) {
    return new Set(this.areDestroyed ? keyIds : []);
  }
}

const services: readonly (readonly [string, readonly AnyAggregateType[], readonly AnyProjection[]])[] = [
  ['identity', identityAggregates, identityProjections()],
  ['provisioning', provisioningAggregates, provisioningProjections()],
  ['session', sessionAggregates, sessionProjections()],
];
const cases = services.flatMap(([, aggregates, projections]) =>
  projections.map((projection) => [projection.name, aggregates, projection] as const),
);

const folded = (projection: AnyProjection, events: readonly DecodedEvent[]): readonly string[] => {
  const documents = new Map<string, Document>();
  for (const event of events)
    for (const id of documentIdsOf(projection, event)) {
      const document = projection.apply(documents.get(id), event, id) as Document | undefined;
      if (document) documents.set(id, document);
      else documents.delete(id);
    }
  return [...documents]
    .map(([id, document]) => JSON.stringify([id, document, projection.indexes(document)]))
    .toSorted();
};

describe('E24: views beside those of members', () => {
  it.each(cases)(
    '%s holds nothing sealed: it is the same before an erasure, after it, and rebuilt',
    async (_, aggregates, projection) => {
      const samples = projection.categories.flatMap(samplesOf);
      const decoded = (areDestroyed: boolean) =>
        Promise.all(
          samples.map(async ({ event, keys }) => {
            const codec = new EventCodec(new SampleKeys(keys, areDestroyed), aggregates);
            return (await codec.decode([event]))[0]!;
          }),
        );
      const [readable, erased] = [await decoded(false), await decoded(true)];
      expect(JSON.stringify(readable)).not.toBe('[]');
      const order = fc.shuffledSubarray(
        samples.map((__, index) => index),
        { minLength: 1 },
      );
      fc.assert(
        fc.property(order, (indexes) => {
          const live = folded(
            projection,
            indexes.map((index) => readable[index]!),
          );
          const rebuilt = folded(
            projection,
            indexes.map((index) => erased[index]!),
          );
          expect(live).toEqual(rebuilt);
        }),
        { numRuns: 200 },
      );
    },
  );
});
