import { UnavailableError } from '@muster/kernel';
import { EventCodec } from './event-codec.ts';
import { defineAggregate } from './aggregate.ts';
import { InMemoryEventLog } from './in-memory/in-memory.event-log.ts';
import { InMemoryKeyStore } from './in-memory/in-memory.key-store.ts';
import { InMemoryReadStore } from './in-memory/in-memory.read-store.ts';
import type { Event } from './decider.ts';
import { handleCommand } from './handle-command.ts';
import type { Projection } from './projection.ts';
import { View } from './view.ts';

type Planted = Event<'Planted', { colour: string }>;
const flower = defineAggregate<{ type: 'Plant'; data: { colour: string }; at: string }, Planted, null>({
  category: 'flower',
  retention: 'permanent',
  decider: {
    initialState: null,
    evolve: (state) => state,
    decide: (_, { data }) => [{ type: 'Planted', data }],
  },
  events: { Planted: { version: 1 } },
});
const flowers: Projection<{ colour: string }> = {
  name: 'flowers',
  version: 1,
  categories: ['flower'],
  onPoison: 'park',
  apply: (_, { event }) => ({ colour: (event as Planted).data.colour }),
  indexes: ({ colour }) => ({ colour: [colour] }),
};

const garden = () => {
  const log = new InMemoryEventLog();
  const codec = new EventCodec(new InMemoryKeyStore(), [flower]);
  const view = new View(flowers, { log, codec, store: new InMemoryReadStore() });
  const plant = (id: string, colour: string) =>
    handleCommand(
      { log, codec, lookupHash: (_, value) => value },
      {
        projectId: 'project-1',
        actor: 'system:test',
        commandId: id,
        correlationId: id,
        causationId: id,
        at: '2026-11-23T09:00:00.000Z',
        content: { id, colour },
      },
      async (unit) => {
        const loaded = await unit.load(flower, { projectId: 'project-1', organizationId: null, id });
        loaded.execute({ type: 'Plant', data: { colour }, at: '2026-11-23T09:00:00.000Z' });
      },
    );
  return { view, plant };
};

describe('a view', () => {
  it('E26: finds what was written just before the read, however far behind it was', async () => {
    const { view, plant } = garden();
    view.start();
    for (let n = 0; n < 50; n++) await plant(`flower-${n}`, n === 49 ? 'red' : 'blue');
    expect(await view.get('flower-49')).toEqual({ colour: 'red' });
    expect(await view.count([{ field: 'colour', anyOf: ['blue'] }])).toBe(49);
    expect(await view.find({ where: [{ field: 'colour', anyOf: ['red'] }], limit: 5 })).toEqual([
      { id: 'flower-49', document: { colour: 'red' } },
    ]);
    expect([...(await view.getMany(['flower-49', 'flower-99'])).keys()]).toEqual(['flower-49']);
    await view.stop();
  });

  it('E26: that is not kept up refuses to answer from the past', async () => {
    const { view, plant } = garden();
    view.start();
    await plant('flower-1', 'red');
    await view.get('flower-1');
    await view.stop();
    await plant('flower-2', 'blue');
    await expect(view.get('flower-1')).rejects.toBeInstanceOf(UnavailableError);
  });
});
