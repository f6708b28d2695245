import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { serviceNames } from '@muster/contracts';
import { readEnvironment } from '@muster/nest-kit';
import { parse } from 'yaml';
// @ts-expect-error -- a tool in plain JavaScript
import { newSecrets, writeSecrets } from '../../tools/make-secrets.mjs';
import { describeWithProgram, root, run } from './tools.ts';

type Service = {
  readonly image?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: readonly string[];
  readonly networks?: readonly string[];
  readonly ports?: readonly string[];
  readonly read_only?: boolean;
};
type Compose = {
  readonly services: Readonly<Record<string, Service>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
};

const text = readFileSync(join(root, 'docker-compose.yml'), 'utf8');
const compose = parse(text, { merge: true }) as Compose;
const secrets = newSecrets() as Readonly<Record<string, string>>;

/** What Compose makes of `${NAME:-default}` where nobody has set NAME. */
const withDefaults = (value: string): string => value.replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1');

describe('Compose', () => {
  it('runs every service, each as itself', () => {
    for (const service of serviceNames)
      expect(compose.services[service]!.environment!['MUSTER_SERVICE']).toBe(service);
  });

  it.each(serviceNames)('tells %s what production accepts, from the files it mounts', (service) => {
    const { environment = {}, secrets: mounted = [] } = compose.services[service]!;
    const folder = mkdtempSync(join(tmpdir(), 'muster-compose-'));
    (writeSecrets as (folder: string) => void)(join(folder, 'secrets'));
    const variables = Object.entries(environment).map(([name, value]) => {
      if (!name.endsWith('_FILE')) return [name, withDefaults(value)] as const;
      expect(mounted).toContain(basename(value));
      return [name, join(folder, 'secrets', basename(value))] as const;
    });
    const read = readEnvironment(Object.fromEntries(variables));
    expect(read).toMatchObject({ MUSTER_MODE: 'production', MUSTER_SERVICE: service });
    expect(read.MUSTER_MASTER_KEY).toHaveLength(32);
  });

  it('has no secret in it: each is a file that is made for one installation', () => {
    for (const [name, { file }] of Object.entries(compose.secrets)) {
      expect(file).toBe(`./deploy/compose/secrets/${name}`);
      expect(Object.keys(secrets)).toContain(name);
    }
    const secret = /SECRET|PASSWORD|KEY|TOKEN/;
    const given = Object.values(compose.services)
      .flatMap(({ environment = {} }) => Object.entries(environment))
      .filter(([name]) => secret.test(name));
    expect(given.length).toBeGreaterThan(0);
    for (const [, value] of given) expect(value).toMatch(/^\/run\/secrets\//);
  });

  it('attack: nobody outside reaches a store, the bus, or a service but through the proxy', () => {
    const published = Object.entries(compose.services).filter(([, { ports }]) => ports !== undefined);
    expect(published.map(([name]) => name)).toEqual(['proxy', 'mail']);
    expect(compose.services['mail']!.ports).toEqual(['127.0.0.1:8025:8025']);
    for (const store of ['nats', 'kurrentdb', 'mongodb'])
      expect(compose.services[store]!.networks).toEqual(['data']);
    expect(compose.networks['data']!.internal).toBe(true);
  });

  it('names the version of every image', () => {
    const images = Object.values(compose.services).map(({ image }) => image!);
    for (const image of images.filter((one) => !one.startsWith('$')))
      expect(image).toMatch(/:v?\d+\.\d+\.\d+/);
  });

  it('gives what runs our code no file system to write to', () => {
    for (const service of [...serviceNames, 'proxy']) expect(compose.services[service]!.read_only).toBe(true);
  });
});

describe('the secrets of an installation', () => {
  it('are new each time, and the hash is of the secret', () => {
    const other = newSecrets() as typeof secrets;
    for (const [name, value] of Object.entries(secrets)) expect(other[name]).not.toBe(value);
    const hash = createHash('sha256').update(secrets['project-secret']!).digest('hex');
    expect(secrets['project-secret-hashes']).toBe(hash);
  });

  it('that are there are never written over: what a lost master key sealed is lost', () => {
    const folder = join(mkdtempSync(join(tmpdir(), 'muster-secrets-')), 'secrets');
    const write = writeSecrets as (folder: string) => void;
    write(folder);
    const before = readFileSync(join(folder, 'master-key'), 'utf8');
    expect(() => write(folder)).toThrow('is there already');
    expect(readFileSync(join(folder, 'master-key'), 'utf8')).toBe(before);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });
});

describeWithProgram('docker-compose', 'docker-compose', () => {
  it('accepts the file', () => {
    const file = join(root, 'docker-compose.yml');
    // Version 1 does not know this one key; version 2 does.
    const old = run('docker-compose', ['version', '--short']).output.startsWith('1.');
    const checked = join(mkdtempSync(join(tmpdir(), 'muster-compose-')), 'docker-compose.yml');
    writeFileSync(checked, old ? text.replace(/^name: .*\n/m, '') : text);
    const arguments_ = ['--file', old ? checked : file, '--project-directory', root, 'config', '--quiet'];
    expect(run('docker-compose', arguments_)).toMatchObject({ status: 0, errors: '' });
  }, 120_000);
});

describeWithProgram('nats-server', 'nats-server', () => {
  it('accepts its configuration, with the user that the secrets name', () => {
    const folder = mkdtempSync(join(tmpdir(), 'muster-nats-'));
    run('mkdir', ['-p', join(folder, 'etc/nats'), join(folder, 'run/secrets')]);
    const file = join(folder, 'etc/nats/nats.conf');
    writeFileSync(file, readFileSync(join(root, 'deploy/compose/nats.conf')));
    const name = 'nats-authorization.conf';
    writeFileSync(join(folder, 'run/secrets', name), secrets[name]!);
    expect(run('nats-server', ['-t', '-c', file])).toMatchObject({ status: 0 });
  });
});
