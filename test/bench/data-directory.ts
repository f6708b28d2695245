import { readFileSync } from 'node:fs';
import { join } from 'node:path';

type Credentials = { readonly projectId: string; readonly secret: string; readonly masterKey: string };

/** What development generated for a data directory. */
export const credentialsIn = (dataDirectory: string): Credentials =>
  JSON.parse(readFileSync(join(dataDirectory, 'development.json'), 'utf8')) as Credentials;

export const masterKeyIn = (dataDirectory: string): Buffer =>
  Buffer.from(credentialsIn(dataDirectory).masterKey, 'base64');
