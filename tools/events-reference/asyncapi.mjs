// docs/asyncapi.json: the bus as AsyncAPI 3, made of the one table of public events (libs/contracts/src/events).

/** What is taken of `@muster/contracts`. */
/** @typedef {typeof import('@muster/contracts')} Contracts */

const nameOf = (type) =>
  type
    .replace(/^muster\./, '')
    .replaceAll('.', '_')
    .replaceAll('-', '_');
const ref = (path) => ({ $ref: `#/${path}` });

const parameters = {
  project: { description: 'The id of the project: project-<test|live>-<uuid>.' },
  organization: {
    description: 'The id of the organization the event belongs to; _ where it belongs to none.',
  },
};

/** One message per type: envelope and data. */
const messageOf = ({ busHeadersSchema, CLOUD_EVENT_JSON, exampleEvent, publicEventTypes }, type) => {
  const { doc, schema } = publicEventTypes[type];
  return {
    name: type,
    title: type,
    summary: doc,
    contentType: CLOUD_EVENT_JSON,
    headers: busHeadersSchema('event'),
    payload: {
      allOf: [
        ref('components/schemas/Event'),
        { type: 'object', properties: { type: { const: type }, data: schema } },
      ],
    },
    examples: [{ payload: exampleEvent(type) }],
  };
};

const heartbeatOf = ({ busHeadersSchema }) => ({
  name: 'heartbeat',
  title: 'How far the bus is',
  summary: 'Sent every second over core NATS, kept nowhere. It has headers and no body.',
  headers: busHeadersSchema('heartbeat'),
});

/**
 * Generates the document.
 * @param {Contracts} contracts
 */
export const asyncApi = (contracts) => {
  const { busStreamOf, busSubjectsOf, envelopeSchema, heartbeatSubjectOf, publicEventTypes, subjectOf } =
    contracts;
  const types = Object.keys(publicEventTypes);
  const of = { projectId: '{project}', organizationId: '{organization}' };
  const channelOf = (type) => ({
    address: subjectOf(type, of),
    title: type,
    messages: { [nameOf(type)]: ref(`components/messages/${nameOf(type)}`) },
    parameters: {
      project: ref('components/parameters/project'),
      organization: ref('components/parameters/organization'),
    },
  });
  const sending = (name, summary) => ({
    action: 'send',
    channel: ref(`channels/${name}`),
    summary,
    messages: [ref(`channels/${name}/messages/${name}`)],
  });
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Muster: public events',
      version: '1.0.0',
      description: [
        'Every public event of a project in the order of its log, as CloudEvents 1.0 in structured mode.',
        `JetStream keeps them for a while in the stream \`${busStreamOf('<project>')}\` (\`${busSubjectsOf('<project>')}\`); the whole feed is \`GET /v1/events\`.`,
        'Events may come twice or late, never with a hole that the headers do not show.',
      ].join('\n'),
      license: { name: 'Apache-2.0' },
    },
    defaultContentType: 'application/json',
    servers: {
      bus: {
        host: '{host}',
        protocol: 'nats',
        description: 'The NATS server of the deployment (MUSTER_NATS_URL).',
        variables: { host: { default: '127.0.0.1:4222' } },
        security: [ref('components/securitySchemes/nkey'), ref('components/securitySchemes/password')],
      },
    },
    channels: {
      ...Object.fromEntries(types.map((type) => [nameOf(type), channelOf(type)])),
      heartbeat: {
        address: heartbeatSubjectOf('{project}'),
        title: 'How far the bus is',
        messages: { heartbeat: ref('components/messages/heartbeat') },
        parameters: { project: ref('components/parameters/project') },
      },
    },
    operations: {
      ...Object.fromEntries(
        types.map((type) => [nameOf(type), sending(nameOf(type), publicEventTypes[type].doc)]),
      ),
      heartbeat: sending('heartbeat', 'How far the bus is.'),
    },
    components: {
      messages: {
        ...Object.fromEntries(types.map((type) => [nameOf(type), messageOf(contracts, type)])),
        heartbeat: heartbeatOf(contracts),
      },
      parameters,
      schemas: { Event: { title: 'What all events have in common', ...envelopeSchema } },
      securitySchemes: {
        nkey: {
          type: 'asymmetricEncryption',
          description: 'A user of the NATS server that is known by an nkey.',
        },
        password: { type: 'userPassword', description: 'A user of the NATS server with a password.' },
      },
    },
  };
};
