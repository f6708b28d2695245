import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatId } from '@muster/kernel';
import { type EnvironmentVariables, InvalidConfiguration } from '@muster/nest-kit';
import { v7 as uuidv7 } from 'uuid';

/** Who may call, and the key everything secret is derived from. `secret` is known in clear only in development. */
export type Credentials = {
  readonly projectId: string;
  readonly secretHashes: readonly string[];
  readonly secret: string | null;
  readonly masterKey: Uint8Array;
};

type Generated = { readonly projectId: string; readonly secret: string; readonly masterKey: string };

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const fileIn = (dataDirectory: string): string => join(dataDirectory, 'development.json');

/** Made once per data directory, so that no two installations share a secret. */
const generatedIn = (dataDirectory: string): Generated => {
  const file = fileIn(dataDirectory);
  mkdirSync(dataDirectory, { recursive: true, mode: 0o700 });
  if (!existsSync(file)) {
    const generated: Generated = {
      projectId: formatId('project', 'test', uuidv7()),
      secret: `secret-test-${randomBytes(24).toString('base64url')}`,
      masterKey: randomBytes(32).toString('base64'),
    };
    writeFileSync(file, `${JSON.stringify(generated, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  }
  return JSON.parse(readFileSync(file, 'utf8')) as Generated;
};

/** @throws InvalidConfiguration where production would run on what development generated */
export const credentialsFor = (environment: EnvironmentVariables): Credentials => {
  const { MUSTER_DATA_DIR: dataDirectory, MUSTER_SECRET_HASHES: hashes = [] } = environment;
  if (environment.MUSTER_MODE === 'production') {
    if (existsSync(fileIn(dataDirectory)))
      throw new InvalidConfiguration([`${fileIn(dataDirectory)} holds development credentials`]);
    mkdirSync(dataDirectory, { recursive: true, mode: 0o700 });
    return {
      projectId: environment.MUSTER_PROJECT_ID!,
      secretHashes: hashes,
      secret: null,
      masterKey: environment.MUSTER_MASTER_KEY!,
    };
  }
  const generated = generatedIn(dataDirectory);
  const secret = environment.MUSTER_SECRET ?? generated.secret;
  return {
    projectId: environment.MUSTER_PROJECT_ID ?? generated.projectId,
    secretHashes: [sha256(secret), ...hashes],
    secret,
    masterKey: environment.MUSTER_MASTER_KEY ?? Buffer.from(generated.masterKey, 'base64'),
  };
};
