// Makes the secrets of a new installation with Compose: node tools/make-secrets.mjs [<folder>]
// Random, once, each in a file; nothing is printed but where they are. A folder that is there is left as it is.
import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { v7 as uuidv7 } from 'uuid';

const password = () => randomBytes(24).toString('base64url');

/** What each file holds. `project-secret` is for the application's backend, and mounted nowhere. */
export const newSecrets = () => {
  const projectSecret = `secret-live-${randomBytes(32).toString('base64url')}`;
  const [bus, root, store] = [password(), password(), password()];
  return {
    'project-id': `project-live-${uuidv7()}`,
    'project-secret': projectSecret,
    'project-secret-hashes': createHash('sha256').update(projectSecret).digest('hex'),
    'master-key': randomBytes(32).toString('base64'),
    'metrics-token': password(),
    'nats-url': `nats://muster:${bus}@nats:4222`,
    'nats-authorization.conf': `authorization { user: "muster", password: "${bus}" }\n`,
    'mongodb-root-password': root,
    'mongodb-password': store,
    'mongodb-key-file': randomBytes(512).toString('base64'),
    'store-url': `mongodb://muster:${store}@mongodb:27017/muster?replicaSet=muster`,
  };
};

/**
 * The folder is its owner's; the files can be read by whichever user a container runs as.
 * @throws Error where the folder is there: what is encrypted with a master key is lost with it
 */
export const writeSecrets = (folder) => {
  if (existsSync(folder)) throw new Error(`${folder} is there already: its secrets may be in use`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const [name, value] of Object.entries(newSecrets())) {
    writeFileSync(join(folder, name), value);
    chmodSync(join(folder, name), 0o444);
  }
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = process.argv[2] ?? fileURLToPath(new URL('../deploy/compose/secrets', import.meta.url));
  try {
    writeSecrets(folder);
    console.log(
      `${folder}: keep a copy of master-key elsewhere; project-id and project-secret are your backend's`,
    );
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
}
