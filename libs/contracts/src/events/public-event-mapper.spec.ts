import { EventCodec, InMemoryEventLog, InMemoryKeyStore, type RecordedEvent } from '@muster/eventsourcing';
import { aCommit, lockerAggregate, organizationId, projectId } from '@muster/eventsourcing/testing';
import type { JsonObject } from '@muster/kernel';
import { PublicEventMapper } from './public-event-mapper.ts';
import { publicEventsOf } from './public-event-mapping.ts';

const deployment = { logId: 'log-1', publicUrl: 'https://muster.example' };
const at = '2026-11-23T09:30:00.000Z';
const locker = 'session-test-0193a5e0-0000-7000-8000-000000000001';

const source = publicEventsOf(lockerAggregate, {
  LockerRented: {
    as: 'muster.organization.steward-added.v1',
    data: ({ data, organizationId: organization_id }) => ({ organization_id, member_id: data.holderId }),
  },
  LockerOpened: 'internal',
  LockerReturned: {
    as: 'muster.organization.renamed.v1',
    data: ({ organizationId: organization_id }) => ({ organization_id }),
  },
});
const mapper = new PublicEventMapper([source], deployment);

const recorded = (fields: Partial<RecordedEvent> = {}): RecordedEvent => ({
  eventId: '01890000-0000-7000-8000-0000000000e1',
  type: 'locker.LockerRented',
  schemaVersion: 1,
  position: 7,
  stream: `locker-${projectId}.${locker}`,
  revision: 0,
  organizationId,
  commitId: 'commit',
  metadata: {
    projectId,
    actor: 'system:test',
    commandId: 'c',
    correlationId: 'request-1',
    causationId: 'request-2',
    at,
  },
  recordedAt: at,
  data: { holderId: 'member-1', label: 'A7' },
  ...fields,
});

describe('a public event', () => {
  it('E32: is a CloudEvents 1.0 envelope made of the one domain event alone', () => {
    expect(JSON.stringify(mapper.publicEvent(recorded()))).toBe(
      JSON.stringify({
        specversion: '1.0',
        id: 'log-1:7',
        source: `/projects/${projectId}`,
        type: 'muster.organization.steward-added.v1',
        subject: organizationId,
        time: at,
        datacontenttype: 'application/json',
        dataschema: 'https://muster.example/v1/events/schemas/muster.organization.steward-added.v1',
        projectid: projectId,
        organizationid: organizationId,
        position: '7',
        correlationid: 'request-1',
        causationid: 'request-2',
        data: { organization_id: organizationId, member_id: 'member-1' },
      }),
    );
  });

  it('E12: needs no key: the sealed part of a real event stays shut', async () => {
    const keys = new InMemoryKeyStore();
    const codec = new EventCodec(keys, [lockerAggregate]);
    const id = { projectId, organizationId, id: locker };
    const data = { holderId: 'member-1', name: 'Ada Lovelace', label: 'A7' };
    const events = await codec.encode('locker', id, [{ type: 'LockerRented', data }]);
    const log = new InMemoryEventLog();
    const stream = `locker-${projectId}.${locker}`;
    await log.append(aCommit({ writes: [{ stream, organizationId, expect: 'noStream', events }] }));
    const [stored] = await log.readAll(0, 1);
    expect(JSON.stringify(stored!.data)).toContain('$sealed');
    const text = JSON.stringify(mapper.publicEvent(stored!));
    expect(text).toContain('member-1');
    expect(text).not.toMatch(/Ada|Lovelace|sealed|erased/);
  });

  it('is nothing for a fact that is kept internal', () => {
    expect(mapper.publicEvent(recorded({ type: 'locker.LockerOpened' }))).toBeUndefined();
  });

  it('has no organization where its stream has none', () => {
    expect(mapper.publicEvent(recorded({ organizationId: null }))).not.toHaveProperty('organizationid');
  });

  it('E11: is made of the newest version of its fact, sealed fields still shut', () => {
    const renamed = {
      version: 2,
      upcasts: { 1: ({ who, ...rest }: JsonObject) => ({ ...rest, holderId: who! }) },
    };
    const events = { ...source.events, LockerRented: renamed };
    const upcasting = new PublicEventMapper([{ ...source, events }], deployment);
    const $sealed = { key: 'k', box: 'b', fields: ['name'] };
    const event = upcasting.publicEvent(recorded({ data: { who: 'member-9', label: 'A7', $sealed } }));
    expect(event!.data).toEqual({ organization_id: organizationId, member_id: 'member-9' });
  });

  it.each([
    ['type', { type: 'locker.LockerPainted' }],
    ['version', { schemaVersion: 2 }],
  ])('E30: of an unknown %s is no silent hole', (_, fields) => {
    expect(() => mapper.assertKnown(recorded(fields))).toThrow('is unknown here');
    expect(() => mapper.publicEvent(recorded(fields))).toThrow('is unknown here');
  });

  it('E13: is left out once its payload has aged', () => {
    const aged = new PublicEventMapper([{ ...source, isPermanent: false }], deployment);
    expect(aged.publicEvent(recorded({ data: { $aged: true } }))).toBeUndefined();
  });

  it('E13: that is permanent and has lost its payload is damage, not ageing', () => {
    expect(() => mapper.publicEvent(recorded({ data: { $aged: true } }))).toThrow('it is permanent');
  });
});

describe('the types asked for', () => {
  it.each([
    ['muster.organization.renamed.v1', ['locker.LockerReturned']],
    ['muster.organization.*', ['locker.LockerRented', 'locker.LockerReturned']],
    ['muster.organization.renamed.*', ['locker.LockerReturned']],
    ['*', ['locker.LockerRented', 'locker.LockerReturned']],
  ])('%s lead to the stored ones', (pattern, stored) => {
    expect([...mapper.typesFor(pattern)!]).toEqual(stored);
  });

  it.each(['muster.member.*', 'muster.organization.renamed', 'renamed', '', 'locker.LockerRented'])(
    '%s is met by nothing',
    (pattern) => expect(mapper.typesFor(pattern)).toBeUndefined(),
  );
});
