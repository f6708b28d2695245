import { Ajv2020 } from 'ajv/dist/2020.js';
import { dataSchema, eventSchema } from './cloud-event.ts';
import {
  partsOfType,
  publicEventDefinition,
  type PublicEventType,
  publicEventTypes,
  subjectOf,
} from './public-events.ts';

const types = Object.keys(publicEventTypes) as readonly PublicEventType[];
const projectId = 'project-test-0193a5e0-0000-7000-8000-000000000001';
const organizationId = 'organization-test-0193a5e0-0000-7000-8000-00000000000a';

describe('the table of public events', () => {
  const ajv = new Ajv2020({ strict: true, allErrors: true });

  it.each(types)('E32: %s has a schema that its example meets', (type) => {
    const { doc, example, subject } = publicEventDefinition(type)!;
    const valid = ajv.compile(dataSchema('https://muster.example', type));
    expect([valid(example), valid.errors]).toEqual([true, null]);
    expect(doc).toMatch(/^[A-Z][^\n]+\.$/);
    expect(example[subject]).toMatch(/^[a-z-]+-test-[0-9a-f-]{36}$/);
  });

  it.each(types)('E32: the schema of %s refuses what is not in it', (type) => {
    const valid = ajv.compile({ ...dataSchema('https://muster.example', type), $id: `strict/${type}` });
    const { example } = publicEventDefinition(type)!;
    expect(valid({ ...example, email_address: 'ada@acme.example' })).toBe(false);
    const { organization_id: _, ...without } = example;
    expect(valid(without)).toBe(false);
  });

  it('E32: no event has a place for an address, a name, metadata or a token', () => {
    const fields = types.flatMap((type) => {
      const { schema } = publicEventDefinition(type)!;
      return Object.keys(schema['properties'] as object);
    });
    expect(
      [...new Set(fields)].filter((field) => /address|name|metadata|token|slug|phone/.test(field)),
    ).toEqual([]);
  });

  it('E32: every name is muster.<aggregate>.<event>.v<version>', () => {
    for (const type of types) {
      const { aggregate, event } = partsOfType(type);
      expect(type).toMatch(new RegExp(`^muster\\.${aggregate}\\.${event}\\.v[1-9]$`));
    }
  });

  it('has an envelope schema for every type', () => {
    for (const type of types) expect(ajv.validateSchema(eventSchema(type))).toBe(true);
  });
});

describe('the subject of an event on a bus', () => {
  it('E33: begins with the project and the organization it belongs to', () => {
    expect(subjectOf('muster.member.roles-assigned.v1', { projectId, organizationId })).toBe(
      `muster.v1.${projectId}.${organizationId}.member.roles-assigned`,
    );
  });

  it('E33: has an underscore where there is no organization', () => {
    expect(subjectOf('muster.session.started.v1', { projectId, organizationId: null })).toBe(
      `muster.v1.${projectId}._.session.started`,
    );
  });

  it('E33: has six parts for every type, so that a prefix names one organization only', () => {
    for (const type of types)
      expect(subjectOf(type, { projectId, organizationId }).split('.')).toHaveLength(6);
  });
});
