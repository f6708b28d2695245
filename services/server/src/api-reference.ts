import { type Route, routes, wireErrors } from '@muster/contracts';
import type { MusterConfig } from '@muster/nest-kit';
import type { Applications } from './listener.ts';

type Operation = Record<string, unknown>;
type Document = {
  readonly paths: Record<string, Record<string, Operation>>;
  readonly [part: string]: unknown;
};

const problem = {
  type: 'object',
  required: ['status_code', 'request_id', 'error_type', 'error_message', 'error_url'],
  properties: {
    status_code: { type: 'integer' },
    request_id: { type: 'string' },
    error_type: { type: 'string', enum: Object.keys(wireErrors) },
    error_message: { type: 'string' },
    error_url: { type: 'string' },
    reasons: { type: 'array', items: { type: 'object' }, description: 'Why a policy said no.' },
    errors: {
      type: 'array',
      items: { type: 'object' },
      description: 'Which fields are wrong, by JSON pointer.',
    },
  },
};

const caller = ({ access }: Route): string => {
  if (access.caller === 'public') return 'Anybody may call this.';
  if (access.caller === 'project') return "Needs the project's secret.";
  const by = access.permission === 'in-handler' ? 'by field' : Object.values(access.permission).join(' or ');
  return `Needs the project's secret; with a member session header, that member's roles decide (${by}).`;
};

/** Any POST may be repeated by its key, but where nobody knows whose key it is. */
const repeatable = ({ method, access }: Route, { parameters }: Operation): Operation => {
  if (method !== 'POST' || access.caller === 'public') return {};
  const own = Array.isArray(parameters) ? (parameters as unknown[]) : [];
  return { parameters: [...own, idempotencyKey] };
};

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  schema: { type: 'string', minLength: 1, maxLength: 255 },
  description:
    'The same key and request get the same answer for 24 hours (`Idempotency-Replayed: true`); another request gets 422, one that comes while the first is handled 409.',
};

/** Of the services that this process runs. */
const described = (document: Document, applications: Applications): Document => ({
  ...document,
  paths: Object.fromEntries(
    routes
      .filter(({ service }) => service in applications)
      .map(({ path }) => [openApiPath(path), operationsOf(document, path)] as const),
  ),
});

const openApiPath = (path: string): string => path.replaceAll(/:([a-z_]+)/g, '{$1}');

const operationsOf = (document: Document, path: string): Record<string, Operation> => {
  const found = document.paths[openApiPath(path)] ?? {};
  return Object.fromEntries(
    routes
      .filter((route) => route.path === path)
      .map((route) => {
        const method = route.method.toLowerCase();
        const security = route.access.caller === 'public' ? [] : [{ project: [] }];
        const responses = {
          '200': { description: 'Done.' },
          default: {
            description: 'Refused or failed.',
            content: { 'application/json': { schema: { $ref: '#/components/schemas/Problem' } } },
          },
        };
        const operation = { ...found[method], tags: [route.service], description: caller(route), security };
        return [method, { ...operation, ...repeatable(route, operation), responses }];
      }),
  );
};

/**
 * The OpenAPI document: routes from the one route table, bodies from the DTOs' own validation rules. Made on first
 * demand, because nobody who only starts the server should wait for it.
 */
export const apiReference = async (applications: Applications, config: MusterConfig): Promise<object> => {
  const [{ DocumentBuilder, SwaggerModule }, { validationMetadatasToSchemas }] = await Promise.all([
    import('@nestjs/swagger'),
    import('class-validator-jsonschema'),
  ]);
  const base = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Muster')
    .setDescription('B2B authentication that you run yourself and can replay.')
    .setVersion('1')
    .addServer(config.publicUrl)
    .addBasicAuth({ type: 'http', scheme: 'basic' }, 'project')
    .build();
  const documents = Object.values(applications).map((application) =>
    SwaggerModule.createDocument(application, base),
  );
  const paths = Object.assign({}, ...documents.map((document) => document.paths)) as Document['paths'];
  const schemas = validationMetadatasToSchemas({ refPointerPrefix: '#/components/schemas/' });
  const components = { ...documents[0]!.components, schemas: { ...schemas, Problem: problem } };
  return described({ ...documents[0]!, paths, components }, applications);
};
