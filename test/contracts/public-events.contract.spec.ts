import { existsSync, readdirSync, readFileSync } from 'node:fs';
import {
  eventSchema,
  PublicEventMapper,
  type PublicEventSource,
  type PublicEventType,
  publicEventTypes,
} from '@muster/contracts';
import type { RecordedEvent } from '@muster/eventsourcing';
import { aggregates as identityAggregates, publicEvents as identityEvents } from '@muster/identity';
import {
  aggregates as organizationAggregates,
  publicEvents as organizationEvents,
} from '@muster/organization';
import {
  aggregates as provisioningAggregates,
  publicEvents as provisioningEvents,
} from '@muster/provisioning';
import { aggregates as sessionAggregates, publicEvents as sessionEvents } from '@muster/session';
import { Ajv2020 } from 'ajv/dist/2020.js';

const projectId = 'project-test-01890000-0000-7000-8000-000000000009';
const organizationId = 'organization-test-01890000-0000-7000-8000-000000000001';
const ada = 'member-test-01890000-0000-7000-8000-0000000000a1';
const at = '2026-11-23T09:30:00.000Z';

const sources: readonly PublicEventSource[] = [
  ...organizationEvents,
  ...identityEvents,
  ...provisioningEvents,
  ...sessionEvents,
];
const mapper = new PublicEventMapper(sources, { logId: 'log', publicUrl: 'https://muster.example' });

const folder = (name: string) => new URL(`./${name}/`, import.meta.url);

/** Some samples are whole recorded events; others only say what was stored, and get a place in the log here. */
const recordedIn = (category: string, file: string): RecordedEvent => {
  const sample = JSON.parse(readFileSync(new URL(file, folder(category)), 'utf8'));
  if (sample.event) return sample.event as RecordedEvent;
  const id = category === 'member' ? ada : organizationId;
  return {
    ...sample,
    eventId: '01890000-0000-7000-8000-0000000000e1',
    position: 1,
    stream: `${category}-${projectId}.${id}`,
    revision: 0,
    organizationId,
    commitId: 'commit',
    metadata: { projectId, actor: 'system:test', commandId: 'c', correlationId: 'c', causationId: 'c', at },
    recordedAt: at,
  };
};

const samples = sources.flatMap(({ category }) =>
  readdirSync(folder(category)).map((file) => [category, file] as const),
);
const isPublic = ([category, file]: readonly [string, string]): boolean => {
  const { mappings } = sources.find((source) => source.category === category)!;
  return mappings[file.split('.')[0]!] !== 'internal';
};
const frozenFile = (category: string, file: string) =>
  new URL(`${category}.${file}l`, folder('public-events'));

describe('E32: what was ever stored', () => {
  it('is of streams of which every service has decided what is told', () => {
    const stored = [
      ...organizationAggregates,
      ...identityAggregates,
      ...provisioningAggregates,
      ...sessionAggregates,
    ].map(({ category }) => category);
    expect(sources.map(({ category }) => category).toSorted()).toEqual(stored.toSorted());
  });

  // A line is added with each new frozen sample of a domain event, and never edited.
  it.each(samples.filter(isPublic))('%s/%s is told in the same bytes for ever', (category, file) => {
    const event = mapper.publicEvent(recordedIn(category, file));
    expect(`${JSON.stringify(event)}\n`).toBe(readFileSync(frozenFile(category, file), 'utf8'));
  });

  it.each(samples.filter((sample) => !isPublic(sample)))('%s/%s is not told', (category, file) => {
    expect(mapper.publicEvent(recordedIn(category, file))).toBeUndefined();
    expect(existsSync(frozenFile(category, file))).toBe(false);
  });

  it.each(samples.filter(isPublic))('%s/%s is told as its schema says', (category, file) => {
    const event = mapper.publicEvent(recordedIn(category, file))!;
    const valid = new Ajv2020().compile(eventSchema(event.type));
    expect([valid(event), valid.errors]).toEqual([true, null]);
  });

  it('is told with nothing that was sealed, nor anything else personal', () => {
    for (const [category, file] of samples.filter(isPublic))
      expect(readFileSync(frozenFile(category, file), 'utf8')).not.toMatch(
        /@|ada@|acme ltd|countess|crm\|7|\+1555|theme|plan|sealed|erased":/i,
      );
  });

  it('has a sample for every type of public event', () => {
    const told = samples
      .filter(isPublic)
      .map(([category, file]) => mapper.publicEvent(recordedIn(category, file))!.type);
    const types = Object.keys(publicEventTypes) as readonly PublicEventType[];
    expect(types.filter((type) => !told.includes(type))).toEqual([]);
  });
});
