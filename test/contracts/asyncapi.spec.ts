import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import * as contracts from '@muster/contracts';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
// @ts-expect-error -- a tool in plain JavaScript
import { asyncApi } from '../../tools/events-reference/asyncapi.mjs';

const { busHeadersOf, busSubjectOf, exampleEvent, heartbeatSubjectOf, publicEventTypes } = contracts;
const types = Object.keys(publicEventTypes) as readonly contracts.PublicEventType[];
const official = createRequire(import.meta.url)('@asyncapi/specs/schemas/3.0.0-without-$id.json');

const resolved = (document: unknown, pointer: string): unknown =>
  pointer
    .slice('#/'.length)
    .split('/')
    .reduce((node, part) => (node as Record<string, unknown>)?.[part], document);

describe('docs/asyncapi.json', () => {
  const written = JSON.parse(readFileSync(new URL('../../docs/asyncapi.json', import.meta.url), 'utf8'));
  const { channels, components, operations } = written;
  const messageOf = (type: string) =>
    Object.values(components.messages as Record<string, Record<string, unknown>>).find(
      ({ name }) => name === type,
    )!;
  const addressOf = (type: string): string =>
    Object.values(channels as Record<string, { address: string; title: string }>).find(
      ({ title }) => title === type,
    )!.address;

  it('says what is true today (else: npm run docs:events)', () => {
    expect(written).toEqual(asyncApi(contracts));
  });

  it('meets the schema of AsyncAPI 3.0.0', () => {
    const valid = new Ajv({ strict: false, allErrors: true, validateFormats: false }).compile(official);
    expect([valid(written), valid.errors]).toEqual([true, null]);
    expect(valid({ ...written, channels: { broken: { address: 7 } } })).toBe(false);
  });

  it('refers to nothing that is not there', () => {
    const referred = [...JSON.stringify(written).matchAll(/"\$ref":"([^"]+)"/g)].map(([, to]) => to!);
    expect(referred.length).toBeGreaterThan(types.length);
    expect(referred.filter((to) => resolved(written, to) === undefined)).toEqual([]);
  });

  it('has one operation for each channel, and a channel for each type and the heartbeat', () => {
    expect(Object.keys(operations)).toEqual(Object.keys(channels));
    expect(Object.keys(channels)).toHaveLength(types.length + 1);
  });

  it.each(types)('E33: names the subject %s is published on', (type) => {
    const event = exampleEvent(type);
    const address = addressOf(type)
      .replace('{project}', event.projectid)
      .replace('{organization}', event.organizationid ?? '_');
    expect(address).toBe(busSubjectOf(event));
  });

  it.each(types)('E32: describes the bytes of %s', (type) => {
    const { payload } = messageOf(type);
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    const valid = ajv.compile({ ...(payload as object), components: { schemas: components.schemas } });
    const event = exampleEvent(type);
    expect([valid(event), valid.errors]).toEqual([true, null]);
    expect(valid({ ...event, data: { ...event.data, email_address: 'ada@acme.example' } })).toBe(false);
    expect(valid({ ...event, type: 'muster.member.other.v1' })).toBe(false);
    expect(valid({ ...event, personal: 'Ada' })).toBe(false);
  });

  it('E30: describes the headers that place a message in its feed', () => {
    const headers = new Ajv2020({ strict: false }).compile(
      messageOf('muster.member.activated.v1')['headers'] as object,
    );
    const place = { logId: 'log-1', position: 42, previous: 40, organizationPrevious: 7 };
    expect(headers({ ...busHeadersOf(place), 'Content-Type': contracts.CLOUD_EVENT_JSON })).toBe(true);
    const { 'Muster-Previous': _, ...unplaced } = busHeadersOf(place);
    expect(headers(unplaced)).toBe(false);
    expect(channels.heartbeat.address).toBe(heartbeatSubjectOf('{project}'));
  });
});
