import { readFileSync } from 'node:fs';
import { builtInPolicy, type RbacPolicy, serviceNames } from '@muster/contracts';
import { durabilities } from '@muster/eventsourcing';
import { environmentOf, isId, parseEmailAddress } from '@muster/kernel';
import { z } from 'zod';
import { busVariables } from './bus-variables.ts';
import { list } from './list-variable.ts';
import type { MusterConfig, RedirectType, RedirectUrl } from './platform.ts';
import { withSecretFiles } from './secret-files.ts';

/** All problems of a configuration at once, so that nobody mends them one start at a time. */
export class InvalidConfiguration extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`the configuration is not valid:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'InvalidConfiguration';
  }
}

const redirectTypes: readonly RedirectType[] = ['LOGIN', 'SIGNUP', 'INVITE', 'RESET_PASSWORD', 'DISCOVERY'];

const permission = z.object({ resource_id: z.string().min(1), actions: z.array(z.string().min(1)).min(1) });
const rbacFile = z.object({
  roles: z.array(
    z.object({ role_id: z.string().min(1), description: z.string(), permissions: z.array(permission) }),
  ),
  resources: z.array(
    z.object({
      resource_id: z
        .string()
        .min(1)
        .regex(/^(?!stytch)/, 'resource ids may not start with stytch'),
      description: z.string(),
      actions: z.array(z.string().min(1)),
    }),
  ),
});

/** `TYPE=url` pairs; the first of a type is its default. A bare URL serves all types. */
const redirectUrls = (text: string): readonly RedirectUrl[] => {
  const seen = new Set<RedirectType>();
  return list(text).flatMap((item) => {
    const [, named, url = item] = /^([A-Z_]+)=(.+)$/.exec(item) ?? [];
    const types = named ? [named as RedirectType] : redirectTypes;
    return types.map((type) => {
      const isDefault = !seen.has(type);
      seen.add(type);
      return { type, url, isDefault };
    });
  });
};

const isUrl = (text: string): boolean => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);

/** Which engine holds it, and where; `sqlite:` is a file in the data directory. */
const storeUrl = (...schemes: readonly string[]) =>
  z
    .string()
    .refine(
      (url) => url === 'sqlite:' || schemes.some((scheme) => url.startsWith(scheme) && url !== scheme),
      `must be sqlite:, or begin with ${schemes.join(' or ')}`,
    )
    .default('sqlite:');

const mongoUrl = () => storeUrl('mongodb://', 'mongodb+srv://');

const environment = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(4100),
  HOST: z.string().default('127.0.0.1'),
  MUSTER_MODE: z.enum(['development', 'production']).default('development'),
  MUSTER_DATA_DIR: z.string().min(1).default('.muster'),
  /** What a new data directory starts with: `demo`, `none`, or a file; `--seed` says it as well. */
  MUSTER_SEED: z.string().min(1).optional(),
  /** Which services this process runs: all of them, or one that finds the others over NATS. */
  MUSTER_SERVICE: z.enum(['all', ...serviceNames]).default('all'),
  ...busVariables,
  MUSTER_EVENT_LOG_URL: storeUrl('kurrentdb://', 'kurrentdb+discover://'),
  MUSTER_READ_STORE_URL: mongoUrl(),
  MUSTER_KEY_STORE_URL: mongoUrl(),
  MUSTER_ANSWER_STORE_URL: mongoUrl(),
  /** The least that an acknowledged write must have survived; start-up fails on a log that promises less (E7). `fsync` in production. */
  MUSTER_DURABILITY: z.enum(durabilities).optional(),
  /** Who may read `/metrics`; without it nobody may in production, anybody in development. */
  MUSTER_METRICS_TOKEN: z.string().min(16, 'must have at least 16 characters').optional(),
  /** How long a process goes on serving after it was asked to end, until load balancers know; see `drainSecondsIn`. */
  MUSTER_DRAIN_SECONDS: z.coerce.number().min(0).max(300).optional(),
  /** OTLP over HTTP; the variable of the OpenTelemetry specification, and its SDK reads the others. */
  OTEL_EXPORTER_OTLP_ENDPOINT: z.string().refine(isUrl, 'must be an http(s) URL').optional(),
  MUSTER_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('warn'),
  MUSTER_PROJECT_ID: z
    .string()
    .refine((id) => isId('project', id), 'must be project-<test|live>-<uuid>')
    .optional(),
  MUSTER_PROJECT_NAME: z.string().min(1).max(128).default('Muster'),
  MUSTER_SECRET: z.string().min(16, 'must have at least 16 characters').optional(),
  MUSTER_SECRET_HASHES: z
    .string()
    .transform(list)
    .pipe(z.array(z.string().regex(/^[0-9a-f]{64}$/, 'must be SHA-256 in hex, joined by commas')))
    .optional(),
  MUSTER_MASTER_KEY: z
    .string()
    .transform((text) => Buffer.from(text, 'base64'))
    .refine((key) => key.length === 32, 'must be 32 bytes in base64')
    .optional(),
  MUSTER_PUBLIC_URL: z.string().refine(isUrl, 'must be an http(s) URL').optional(),
  MUSTER_ISSUER: z.string().min(1).optional(),
  MUSTER_REDIRECT_URLS: z
    .string()
    .default('http://localhost:3000/authenticate')
    .transform(redirectUrls)
    .refine((urls) => urls.every(({ type, url }) => redirectTypes.includes(type) && isUrl(url)), {
      message: `must be URLs or <${redirectTypes.join('|')}>=URL, joined by commas`,
    }),
  MUSTER_SMTP_URL: z
    .string()
    .regex(/^smtps?:\/\//, 'must be smtp:// or smtps://')
    .optional(),
  MUSTER_MAIL_FROM: z
    .string()
    .refine((text) => parseEmailAddress(text) !== undefined, 'must be an email address')
    .default('no-reply@muster.localhost.test'),
  MUSTER_RBAC_FILE: z.string().optional(),
  /** 0: only when asked to. */
  MUSTER_SIGNING_KEY_DAYS: z.coerce.number().int().min(0).max(3_650).default(90),
  MUSTER_SIGNING_KEY_OVERLAP_MINUTES: z.coerce.number().int().min(6).max(527_040).default(6),
  MUSTER_JWKS_MAX_AGE_SECONDS: z.coerce.number().int().min(0).max(86_400).default(300),
  MUSTER_DNS_SERVERS: z.string().default('').transform(list),
  /** Development only: a file that holds the number of milliseconds by which the clock runs ahead. */
  MUSTER_TEST_CLOCK_FILE: z.string().optional(),
  /** Development only: everything in memory, a control surface for tests; its ids can be counted. */
  MUSTER_TEST_CONTROL: z.stringbool().default(false),
  MUSTER_TEST_IDS: z.enum(['random', 'counted']).default('random'),
});

/** The environment, validated; what development generates is still missing. */
export type EnvironmentVariables = z.infer<typeof environment>;

const problemsBetween = (parsed: EnvironmentVariables): readonly string[] => [
  ...(parsed.MUSTER_SERVICE !== 'all' && parsed.MUSTER_NATS_URL === undefined
    ? [
        `MUSTER_NATS_URL is required where MUSTER_SERVICE is ${parsed.MUSTER_SERVICE}: that is how services find each other`,
      ]
    : []),
  ...(parsed.MUSTER_TEST_CONTROL ? testControlProblems(parsed) : []),
];

const testControlProblems = (parsed: EnvironmentVariables): readonly string[] => [
  ...(parsed.MUSTER_SERVICE === 'all' ? [] : ['MUSTER_TEST_CONTROL is for a process that runs all services']),
  ...(parsed.MUSTER_TEST_CLOCK_FILE === undefined
    ? []
    : ['MUSTER_TEST_CLOCK_FILE moves no clock where MUSTER_TEST_CONTROL is on: its own call does']),
];

const productionProblems = (parsed: EnvironmentVariables): readonly string[] =>
  parsed.MUSTER_MODE === 'development'
    ? []
    : [
        ...(
          [
            'MUSTER_PROJECT_ID',
            'MUSTER_SECRET_HASHES',
            'MUSTER_MASTER_KEY',
            'MUSTER_PUBLIC_URL',
            'MUSTER_SMTP_URL',
          ] as const
        )
          .filter((name) => parsed[name] === undefined)
          .map((name) => `${name} is required in production`),
        ...(['MUSTER_SECRET', 'MUSTER_TEST_CLOCK_FILE'] as const)
          .filter((name) => parsed[name] !== undefined)
          .map((name) => `${name} is for development only`),
        ...(parsed.MUSTER_TEST_CONTROL ? ['MUSTER_TEST_CONTROL is for development only'] : []),
        ...(parsed.MUSTER_PUBLIC_URL?.startsWith('http:')
          ? ['MUSTER_PUBLIC_URL must be https in production']
          : []),
      ];

/** @throws InvalidConfiguration naming every variable that is wrong */
export const readEnvironment = (variables: NodeJS.ProcessEnv): EnvironmentVariables => {
  const files = withSecretFiles(variables, Object.keys(environment.shape));
  if (files.problems.length > 0) throw new InvalidConfiguration(files.problems);
  const given = Object.fromEntries(Object.entries(files.variables).filter(([, value]) => value !== ''));
  const parsed = environment.safeParse(given);
  if (!parsed.success)
    throw new InvalidConfiguration(
      parsed.error.issues.map(({ path, message }) => `${path[0]?.toString() ?? ''}: ${message}`),
    );
  const problems = [...problemsBetween(parsed.data), ...productionProblems(parsed.data)];
  if (problems.length > 0) throw new InvalidConfiguration(problems);
  return parsed.data;
};

/** Built-in roles and resources, and those of the operator's file. */
const rbacPolicy = (file: string | undefined): RbacPolicy => {
  if (!file) return builtInPolicy;
  const parsed = rbacFile.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (!parsed.success)
    throw new InvalidConfiguration(
      parsed.error.issues.map((issue) => `${file}: ${issue.path.join('.')} ${issue.message}`),
    );
  const clash = parsed.data.roles.find(({ role_id }) =>
    builtInPolicy.roles.some((role) => role.role_id === role_id),
  );
  if (clash) throw new InvalidConfiguration([`${file}: the role ${clash.role_id} is built in`]);
  return {
    roles: [...builtInPolicy.roles, ...parsed.data.roles],
    resources: [...builtInPolicy.resources, ...parsed.data.resources],
    scopes: [],
  };
};

/** What only the starting process knows: its credentials and where it listens. */
export type Deployment = {
  readonly projectId: string;
  readonly secretHashes: readonly string[];
  readonly listeningAt: string;
};

/** The configuration every service gets, frozen. */
export const configFrom = (parsed: EnvironmentVariables, deployment: Deployment): MusterConfig => {
  const publicUrl = (parsed.MUSTER_PUBLIC_URL ?? deployment.listeningAt).replace(/\/+$/, '');
  return Object.freeze({
    project: {
      projectId: deployment.projectId,
      environment: environmentOf(deployment.projectId)!,
      name: parsed.MUSTER_PROJECT_NAME,
    },
    secretHashes: deployment.secretHashes,
    publicUrl,
    issuer: parsed.MUSTER_ISSUER ?? publicUrl,
    production: parsed.MUSTER_MODE === 'production',
    dataDirectory: parsed.MUSTER_DATA_DIR,
    redirectUrls: parsed.MUSTER_REDIRECT_URLS,
    rbac: rbacPolicy(parsed.MUSTER_RBAC_FILE),
    smtpUrl: parsed.MUSTER_SMTP_URL ?? null,
    mailFrom: { name: parsed.MUSTER_PROJECT_NAME, address: parsed.MUSTER_MAIL_FROM },
    dnsServers: parsed.MUSTER_DNS_SERVERS,
    signingKeys: {
      rotateAfterDays: parsed.MUSTER_SIGNING_KEY_DAYS === 0 ? null : parsed.MUSTER_SIGNING_KEY_DAYS,
      propagationSeconds: parsed.MUSTER_JWKS_MAX_AGE_SECONDS,
      overlapMinutes: parsed.MUSTER_SIGNING_KEY_OVERLAP_MINUTES,
    },
  });
};
