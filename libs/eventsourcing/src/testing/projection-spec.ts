import type { Instant } from '@muster/kernel';
import type { Event } from '../decider.ts';
import type { DecodedEvent } from '../event-codec.ts';
import { documentIdsOf, type Projection } from '../projection.ts';
import type { Document, IndexEntries } from '../read-store.ts';
import { type AggregateId, streamName } from '../stream-name.ts';
import { noon } from './commits.ts';

/** A fact with the aggregate it befell; noon where it does not say when. */
export type Fact = {
  readonly category: string;
  readonly id: AggregateId;
  readonly event: Event;
  readonly at?: Instant;
};

/**
 * Given facts, then documents: the form in which projections are specified. Each example is replayed in one page and in
 * pages of one event, twice, with everything frozen: a projection that keeps something, looks at a clock or changes
 * what it was given fails (E24).
 *
 * @example
 * const given = projectionSpec(memberDirectory);
 * it('shows the status', () => given(created, deactivated).then('member-1', { status: 'deleted', name: 'Zoë' }));
 */
export const projectionSpec =
  <D extends Document>(projection: Projection<D>) =>
  (...facts: readonly Fact[]) => {
    const view = () => {
      const events = frozen(decoded(facts));
      const stored = replay(projection, events, (document) => JSON.parse(JSON.stringify(document)));
      const again = replay(projection, events, (document) => JSON.parse(JSON.stringify(document)));
      const inOnePage = replay(projection, events, (document) => document);
      expect(texts(again)).toStrictEqual(texts(stored));
      expect(texts(inOnePage)).toStrictEqual(texts(stored));
      return stored;
    };
    return {
      /** That document looks exactly like this. */
      // oxlint-disable-next-line unicorn/no-thenable -- the word of specifications; nobody awaits a given
      then: (id: string, document: D) => expect(view().get(id)).toStrictEqual(document),
      /** There is no document of that id. */
      thenNothing: (id: string) => expect(view().has(id)).toBe(false),
      /** That document is found by exactly these entries. */
      thenIndexed: (id: string, entries: IndexEntries) => {
        const document = view().get(id);
        expect(document && projection.indexes(document)).toStrictEqual(entries);
      },
    };
  };

const decoded = (facts: readonly Fact[]): readonly DecodedEvent[] => {
  const revisions = new Map<string, number>();
  return facts.map(({ category, id, event, at = noon }, index) => {
    const stream = streamName(category, id);
    const revision = (revisions.get(stream) ?? -1) + 1;
    revisions.set(stream, revision);
    const position = index + 1;
    const commandId = `command-${position}`;
    const origin = { actor: 'system:spec', correlationId: commandId, causationId: commandId };
    const metadata = { projectId: id.projectId, ...origin, commandId, at };
    const eventId = `00000000-0000-7000-8000-${String(position).padStart(12, '0')}`;
    const place = { position, revision, commitId: commandId, recordedAt: at };
    return { event, eventId, category, stream, id, metadata, ...place };
  });
};

const replay = <D extends Document>(
  projection: Projection<D>,
  events: readonly DecodedEvent[],
  kept: (document: D) => D,
): ReadonlyMap<string, D> => {
  const documents = new Map<string, D>();
  for (const event of events) {
    if (!projection.categories.includes(event.category)) continue;
    for (const id of documentIdsOf(projection, event)) {
      const document = projection.apply(documents.get(id), event, id);
      if (document) documents.set(id, frozen(kept(document)));
      else documents.delete(id);
    }
  }
  return documents;
};

const texts = (documents: ReadonlyMap<string, Document>): readonly string[] =>
  [...documents].map(([id, document]) => `${id} ${JSON.stringify(document)}`);

const frozen = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(frozen);
  }
  return value;
};
