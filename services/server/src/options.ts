import { parseArgs } from 'node:util';

export const usage = `Muster: B2B authentication that you run yourself and can replay.

  npm start -- [--seed demo|none|<file>] [--help]

  --seed   what a new data directory starts with: the demo organizations (default in development),
           nothing (default in production), or a JSON file of organizations and members
  --help   this text

Environment (all optional in development)
  PORT                   4100; 0 takes any free port
  HOST                   127.0.0.1
  MUSTER_DATA_DIR        .muster
  MUSTER_SEED            as --seed, where there is none
  MUSTER_SERVICE         all | organization | identity | provisioning | session | operations: what this process runs
  MUSTER_NATS_URL        nats://host:port: the bus of public events, and how a process of one service finds the others
  MUSTER_NATS_SEED       seed of the nkey by which NATS knows this process
  MUSTER_BUS_ORGANIZATIONS
                         ids of organizations with credentials of their own on the bus, joined by commas
  MUSTER_EVENT_LOG_URL   sqlite: | kurrentdb://… | kurrentdb+discover://…: where the events are; default: the data directory
  MUSTER_READ_STORE_URL  sqlite: | mongodb://… | mongodb+srv://…: where views are
  MUSTER_KEY_STORE_URL   sqlite: | mongodb://… | mongodb+srv://…: where the keys of sealed data are
  MUSTER_ANSWER_STORE_URL
                         sqlite: | mongodb://… | mongodb+srv://…: where answers to repeated requests are
  MUSTER_DURABILITY      memory | fsync | quorum: the least an acknowledged write must have survived;
                         in production fsync
  MUSTER_MODE            development | production
  MUSTER_PUBLIC_URL      where callers reach this server
  MUSTER_ISSUER          issuer of session JWTs; default: the public URL
  MUSTER_PROJECT_ID      project-<test|live>-<uuid>
  MUSTER_PROJECT_NAME    shown in mails
  MUSTER_SECRET          the project's secret (development); generated otherwise
  MUSTER_SECRET_HASHES   SHA-256 of each live secret in hex, joined by commas
  MUSTER_MASTER_KEY      32 bytes in base64
  MUSTER_REDIRECT_URLS   allow-list for links: URL or TYPE=URL, joined by commas
  MUSTER_SMTP_URL        smtp://user:password@host:port; default: the dev mailbox
  MUSTER_MAIL_FROM       sender address
  MUSTER_RBAC_FILE       JSON with the application's roles and resources
  MUSTER_SIGNING_KEY_DAYS
                         90; days until the key of session JWTs changes by itself; 0: only when asked to
  MUSTER_SIGNING_KEY_OVERLAP_MINUTES
                         6; how long a key is published after it has stopped signing
  MUSTER_JWKS_MAX_AGE_SECONDS
                         300; how long caches may hold the published keys, and a new key waits to sign
  MUSTER_DNS_SERVERS     servers for domain proof, joined by commas; default: the system's
  MUSTER_METRICS_TOKEN   who may read /metrics (Authorization: Bearer …); production: nobody without it
  MUSTER_DRAIN_SECONDS   0, in production 5; how long it serves on after SIGTERM, while /readyz says 503
  OTEL_EXPORTER_OTLP_ENDPOINT
                         http(s)://host:4318: where traces are sent to; default: nowhere
  MUSTER_TEST_CONTROL    true: for tests of applications, never in production; all in memory, see services/testing
  MUSTER_LOG_LEVEL       debug | info | warn | error | silent
  <NAME>_FILE            a file that holds the value of <NAME>, for any of these: how containers get secrets
`;

export type Options = { readonly help: boolean; readonly seed: string | undefined };

/** @throws TypeError for an option there is not */
export const readOptions = (arguments_: readonly string[]): Options => {
  const { values } = parseArgs({
    args: [...arguments_],
    options: { help: { type: 'boolean', default: false }, seed: { type: 'string' } },
    strict: true,
  });
  return { help: values.help, seed: values.seed };
};
