// Makes credentials for the bus: npm run bus:credentials -- --help
import { parseArgs } from 'node:util';
import { createUser } from '@nats-io/nkeys';
import { isId } from '@muster/kernel';
import { organizationAccount } from './account.mjs';

const usage = `Makes a user of the bus. The seed is the secret: it goes to standard error, once, and is kept nowhere.

  npm run --silent bus:credentials -- --project ID --organization ID >> deploy/nats/organizations.conf
  npm run --silent bus:credentials -- --nkey

  --project, --organization  an account for one organization: it hears that organization's events and nothing else
  --nkey                     only a pair of keys, for the services (NATS_MUSTER_NKEY) or the reader (NATS_READER_NKEY)
`;

const { values } = parseArgs({
  options: {
    project: { type: 'string' },
    organization: { type: 'string' },
    nkey: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const { project: projectId, organization: organizationId, nkey, help } = values;
const isAccount = isId('project', projectId ?? '') && isId('organization', organizationId ?? '');
if (help || nkey === isAccount) {
  process.stderr.write(usage);
  process.exit(help ? 0 : 2);
}
const pair = createUser();
process.stderr.write(`seed: ${new TextDecoder().decode(pair.getSeed())}\n`);
process.stdout.write(
  isAccount
    ? organizationAccount({ projectId, organizationId, user: `{ nkey: ${pair.getPublicKey()} }` })
    : `${pair.getPublicKey()}\n`,
);
