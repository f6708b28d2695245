import { createHash } from 'node:crypto';
import { mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isId } from '@muster/kernel';
import { InvalidConfiguration, readEnvironment } from '@muster/nest-kit';
import { credentialsFor } from './credentials.ts';

const folder = () => join(mkdtempSync(join(tmpdir(), 'muster-credentials-')), 'data');
const hash = 'a'.repeat(64);

const production = (dataDirectory: string) =>
  readEnvironment({
    MUSTER_MODE: 'production',
    MUSTER_DATA_DIR: dataDirectory,
    MUSTER_PROJECT_ID: 'project-live-0193a5e0-0000-7000-8000-000000000001',
    MUSTER_SECRET_HASHES: hash,
    MUSTER_MASTER_KEY: Buffer.alloc(32, 1).toString('base64'),
    MUSTER_PUBLIC_URL: 'https://auth.example',
    MUSTER_SMTP_URL: 'smtps://mail.example',
  });

describe('credentials', () => {
  it('are generated once per data directory, readable by their owner only', () => {
    const dataDirectory = folder();
    const environment = readEnvironment({ MUSTER_DATA_DIR: dataDirectory });
    const first = credentialsFor(environment);
    expect(isId('project', first.projectId)).toBe(true);
    expect(first.secretHashes).toEqual([createHash('sha256').update(first.secret!).digest('hex')]);
    expect(credentialsFor(environment)).toEqual(first);
    expect(statSync(join(dataDirectory, 'development.json')).mode & 0o777).toBe(0o600);
  });

  it('of two data directories differ', () => {
    const one = credentialsFor(readEnvironment({ MUSTER_DATA_DIR: folder() }));
    const two = credentialsFor(readEnvironment({ MUSTER_DATA_DIR: folder() }));
    expect(one.secret).not.toBe(two.secret);
    expect(one.masterKey).not.toEqual(two.masterKey);
  });

  it('of production come from the environment, and the secret is never known in clear', () => {
    expect(credentialsFor(production(folder()))).toEqual({
      projectId: 'project-live-0193a5e0-0000-7000-8000-000000000001',
      secretHashes: [hash],
      secret: null,
      masterKey: Buffer.alloc(32, 1),
    });
  });

  it('production refuses to start on what development generated', () => {
    const dataDirectory = folder();
    credentialsFor(readEnvironment({ MUSTER_DATA_DIR: dataDirectory }));
    expect(() => credentialsFor(production(dataDirectory))).toThrow(InvalidConfiguration);
  });

  it('an unreadable file of credentials is an error, not a new set', () => {
    const dataDirectory = mkdtempSync(join(tmpdir(), 'muster-credentials-'));
    writeFileSync(join(dataDirectory, 'development.json'), '{');
    expect(() => credentialsFor(readEnvironment({ MUSTER_DATA_DIR: dataDirectory }))).toThrow('JSON');
  });
});
