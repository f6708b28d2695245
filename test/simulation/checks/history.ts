import { EventCodec, fold, type RecordedEvent } from '@muster/eventsourcing';
import type { JsonObject } from '@muster/kernel';
import { aggregates } from '../world/operations.ts';
import type { World } from '../world/world.ts';

/** The whole log as it stands, and what follows from it by nothing but the services' own folds. */
export type History = {
  readonly events: readonly RecordedEvent[];
  /** Events of that type, `<category>.<PascalName>`. */
  readonly of: (type: string) => readonly RecordedEvent[];
  /** Each stream of a category with the state of its aggregate. */
  // oxlint-disable-next-line typescript/no-explicit-any -- states of every kind of aggregate
  readonly states: (
    category: string,
  ) => Promise<
    readonly { readonly id: string; readonly organizationId: string | null; readonly state: any }[]
  >;
};

export const historyOf = async ({ log, keys }: World): Promise<History> => {
  const events = await log.readAll(0, Infinity);
  const codec = new EventCodec(keys, aggregates);
  return {
    events,
    of: (type) => events.filter((event) => event.type === type),
    states: async (category) => {
      const type = aggregates.find((candidate) => candidate.category === category)!;
      const first = events.filter(
        ({ stream, revision }) => stream.startsWith(`${category}-`) && revision === 0,
      );
      return Promise.all(
        first.map(async ({ stream, organizationId, metadata: { projectId } }) => {
          const id = stream.slice(stream.indexOf('.') + 1);
          const { state } = await fold({ log, codec }, type as never, { projectId, organizationId, id });
          return { id, organizationId, state };
        }),
      );
    },
  };
};

/** A field that is one word or a number. */
export const word = (data: JsonObject, field: string): string => JSON.stringify(data[field] ?? null);
