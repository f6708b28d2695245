import { defineAggregate } from '../aggregate.ts';
import { EventCodec } from '../event-codec.ts';
import { InMemoryKeyStore } from '../in-memory/in-memory.key-store.ts';
import { documentIdsOf } from '../projection.ts';
import { lockerAggregate, noon, organizationId, projectId } from '../testing/index.ts';
import { visitAggregate, visitorsProjection } from '../testing/visit.aggregate.ts';
import { agedCategories } from './retention.ts';

const recorded = (category: string, type: string) => ({
  eventId: '019ab000-0000-7000-8000-000000000001',
  type: `${category}.${type}`,
  schemaVersion: 1,
  data: { $aged: true },
  position: 7,
  stream: `${category}-${projectId}.l1`,
  revision: 0,
  organizationId,
  commitId: 'c1',
  metadata: { projectId, actor: 'a', commandId: 'c1', correlationId: 'r', causationId: 'r', at: noon },
  recordedAt: noon,
});
const codec = new EventCodec(new InMemoryKeyStore(), [lockerAggregate, visitAggregate]);

describe('E13: what may age', () => {
  it('is these categories, and no other', () =>
    expect([...agedCategories].toSorted()).toStrictEqual([
      'attempts',
      'effect',
      'emailCode',
      'emailLink',
      'intermediateSession',
      'login',
      'session',
    ]));

  it.each([
    ['declared as aged, and not listed', { ...visitAggregate, category: 'member' }],
    ['listed, and declared as permanent', { ...visitAggregate, retention: 'permanent' as const }],
  ])('is %s: nothing starts', (_, aggregate) => expect(() => defineAggregate(aggregate)).toThrow(/aged/));
});

describe('E13: a payload that is gone', () => {
  it('is decoded as what no switch takes for a fact, and touches no document', async () => {
    const [decoded] = await codec.decode([recorded('login', 'VisitBegun')]);
    expect(decoded).toMatchObject({ event: { type: '$aged', data: {} }, position: 7, category: 'login' });
    expect(documentIdsOf(visitorsProjection, decoded!)).toStrictEqual([]);
    const byField = { ...visitorsProjection, documentIds: () => ['somebody'] };
    expect(documentIdsOf(byField, decoded!)).toStrictEqual([]);
  });

  it('stops whoever reads it where it is permanent: nobody decides on half of the facts', async () => {
    await expect(codec.decode([recorded('locker', 'LockerRented')])).rejects.toMatchObject({
      name: 'PayloadLost',
      message: 'the payload of locker.LockerRented at 7 is gone, and it is permanent',
    });
  });

  it('E11: still has to be of a type that is known', async () => {
    await expect(codec.decode([recorded('login', 'VisitForgotten')])).rejects.toMatchObject({
      name: 'UnknownEventType',
    });
  });
});
