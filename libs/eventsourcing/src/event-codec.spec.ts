import { createHash } from 'node:crypto';
import type { JsonObject } from '@muster/kernel';
import type { AnyAggregateType } from './aggregate.ts';
import { EventCodec } from './event-codec.ts';
import type { RecordedEvent } from './event-log.ts';
import { InMemoryKeyStore } from './in-memory/in-memory.key-store.ts';
import { lockerAggregate, noon, organizationId, otherOrganizationId, projectId } from './testing/index.ts';

const id = { projectId, organizationId, id: 'l1' };
const annsKey = `${projectId}/${organizationId}/ann`;
const rented = { type: 'LockerRented', data: { holderId: 'ann', name: 'Ann Özil', label: 'red' } };

const recordedAs = (event: Partial<RecordedEvent>): RecordedEvent => ({
  eventId: '019ab000-0000-7000-8000-000000000001',
  type: 'locker.LockerOpened',
  schemaVersion: 1,
  data: {},
  position: 7,
  stream: `locker-${projectId}.l1`,
  revision: 3,
  organizationId,
  commitId: 'c1',
  metadata: { projectId, actor: 'a', commandId: 'c1', correlationId: 'r', causationId: 'r', at: noon },
  recordedAt: noon,
  ...event,
});

/** A type in its second, third… shape. */
const versioned = (version: number, upcasts: Record<number, (data: JsonObject) => JsonObject>) =>
  ({ ...lockerAggregate, events: { LockerOpened: { version, upcasts } } }) as AnyAggregateType;

describe('EventCodec', () => {
  let keys: InMemoryKeyStore;
  let codec: EventCodec;
  beforeEach(() => {
    keys = new InMemoryKeyStore();
    codec = new EventCodec(keys, [lockerAggregate]);
  });

  it('E6: gives each event a UUIDv7 of its own, its stored name and its version', async () => {
    const opened = { type: 'LockerOpened', data: { times: 1 } };
    const [first, second] = await codec.encode('locker', id, [opened, opened]);
    expect(first).toMatchObject({ type: 'locker.LockerOpened', schemaVersion: 1, data: { times: 1 } });
    expect(first?.eventId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(second?.eventId).not.toBe(first?.eventId);
  });

  it('E10: a decoded event knows its aggregate, where it stands and who caused it', async () => {
    const [decoded] = await codec.decode([recordedAs({ data: { times: 2 } })]);
    expect(decoded).toStrictEqual({
      event: { type: 'LockerOpened', data: { times: 2 } },
      eventId: '019ab000-0000-7000-8000-000000000001',
      category: 'locker',
      stream: 'locker-project-test-019ab000-0000-7000-8000-000000000001.l1',
      id: { projectId, organizationId, id: 'l1' },
      position: 7,
      revision: 3,
      commitId: 'c1',
      metadata: { projectId, actor: 'a', commandId: 'c1', correlationId: 'r', causationId: 'r', at: noon },
      recordedAt: noon,
    });
  });

  describe('shapes', () => {
    it.each([
      ['type', { type: 'locker.LockerPainted' }],
      ['category', { type: 'cupboard.LockerOpened' }],
      ['type named like a property of every object', { type: 'locker.constructor' }],
      ['newer version', { schemaVersion: 2 }],
    ])('E11: an unknown %s stops the reader', async (_, event) => {
      await expect(codec.decode([recordedAs({}), recordedAs(event)])).rejects.toMatchObject({
        name: 'UnknownEventType',
      });
    });

    it('E11: an unknown type stops the writer', async () => {
      await expect(codec.encode('locker', id, [{ type: 'LockerPainted', data: {} }])).rejects.toMatchObject({
        name: 'UnknownEventType',
        type: 'locker.LockerPainted',
      });
    });

    it('E11: an old event goes through every upcast from its own version on, in order', async () => {
      const step = (name: string) => (data: JsonObject) => ({ steps: `${data['steps'] as string}${name}` });
      const newest = new EventCodec(keys, [versioned(4, { 1: step('b'), 2: step('c'), 3: step('d') })]);
      const stored = [1, 2, 3, 4].map((schemaVersion) => recordedAs({ schemaVersion, data: { steps: '>' } }));
      const decoded = await newest.decode(stored);
      expect(decoded.map(({ event }) => event.data)).toStrictEqual([
        { steps: '>bcd' },
        { steps: '>cd' },
        { steps: '>d' },
        { steps: '>' },
      ]);
      expect(await newest.encode('locker', id, [{ type: 'LockerOpened', data: {} }])).toMatchObject([
        { schemaVersion: 4 },
      ]);
    });

    it('E11: a chain of upcasts with a gap is found when the codec is made', () => {
      expect(() => new EventCodec(keys, [versioned(3, { 1: (data) => data })])).toThrow(
        'locker.LockerOpened has no upcast from version 2',
      );
    });
  });

  describe('sealed fields', () => {
    const store = async (event: Partial<RecordedEvent> = {}) => {
      const [encoded] = await codec.encode('locker', id, [rented]);
      return recordedAs({ ...encoded!, ...event });
    };
    const read = async (event: RecordedEvent) => (await codec.decode([event]))[0]!.event.data;

    it('E12: are not in the stored event, clear fields are, and both come back', async () => {
      const stored = await store();
      expect(stored.data).toMatchObject({ holderId: 'ann', label: 'red' });
      expect(JSON.stringify(stored.data)).not.toMatch(/"name":|Ann|Özil/);
      expect(await read(stored)).toStrictEqual({ holderId: 'ann', label: 'red', name: 'Ann Özil' });
    });

    it('E12: look different each time, so equal values do not show', async () => {
      const digest = async () =>
        createHash('sha256')
          .update(JSON.stringify((await store()).data))
          .digest('hex');
      expect(await digest()).not.toBe(await digest());
    });

    it('E12: use the key of their subject, in its organization', async () => {
      expect((await store()).data).toMatchObject({ $sealed: { key: annsKey } });
      const [flow] = await codec.encode('locker', { ...id, organizationId: null }, [rented]);
      expect(flow!.data).toMatchObject({ $sealed: { key: `${projectId}/_/ann` } });
    });

    it.each<[string, Partial<RecordedEvent>]>([
      ['organization', { organizationId: otherOrganizationId }],
      ['stream', { stream: `locker-${projectId}.l2` }],
      ['event', { eventId: '019ab000-0000-7000-8000-000000000002' }],
    ])('E12: a box moved to another %s does not open', async (_, moved) => {
      await expect(read(await store(moved))).rejects.toMatchObject({ name: 'SealBroken' });
    });

    it('E12: a box with one changed bit, or cut short, does not open', async () => {
      const stored = await store();
      const sealed = stored.data['$sealed'] as { box: string };
      const bytes = Buffer.from(sealed.box, 'base64');
      for (const index of [0, 12, 28, bytes.length - 1]) {
        const changed = Buffer.from(bytes);
        changed[index]! ^= 1;
        const data = { ...stored.data, $sealed: { ...sealed, box: changed.toString('base64') } };
        await expect(read({ ...stored, data })).rejects.toMatchObject({ name: 'SealBroken' });
      }
      const cut = { ...stored.data, $sealed: { ...sealed, box: bytes.subarray(0, 20).toString('base64') } };
      await expect(read({ ...stored, data: cut })).rejects.toMatchObject({ name: 'SealBroken' });
    });

    it("E12: another subject's key does not open it", async () => {
      const stored = await store();
      const bens = annsKey.replace('/ann', '/ben');
      await keys.ensure(bens);
      const data = { ...stored.data, $sealed: { ...(stored.data['$sealed'] as JsonObject), key: bens } };
      await expect(read({ ...stored, data })).rejects.toMatchObject({ name: 'SealBroken' });
    });

    it('E12: once the key is destroyed they read as erased, also what is written later', async () => {
      const stored = await store();
      await keys.destroy(annsKey);
      const later = await store();
      for (const event of [stored, later])
        expect(await read(event)).toStrictEqual({ holderId: 'ann', label: 'red', name: { erased: true } });
      expect(later.data).toMatchObject({ $sealed: { box: '', fields: ['name'] } });
    });

    it('E12: a key that is gone without having been destroyed is no erasure', async () => {
      const stored = await store();
      const restored = new EventCodec(new InMemoryKeyStore(), [lockerAggregate]);
      await expect(restored.decode([stored])).rejects.toMatchObject({
        name: 'SealingKeyLost',
        keyId: annsKey,
      });
    });

    it('E12: nothing personal makes no key', async () => {
      const erased = { type: 'LockerRented', data: { holderId: 'ann', name: null, label: 'red' } };
      const [encoded] = await codec.encode('locker', id, [erased]);
      expect(encoded!.data).toStrictEqual({ holderId: 'ann', name: null, label: 'red' });
      expect(await keys.find([annsKey])).toStrictEqual(new Map());
    });
  });
});
