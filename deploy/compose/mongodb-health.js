// The health check of MongoDB (mongosh --nodb): a new server becomes a replica set of one and gets the user that Muster
// is; then, whether it takes writes.
const { readFileSync } = require('node:fs');
const secret = (name) => readFileSync(`/run/secrets/${name}`, 'utf8').trim();

const root = encodeURIComponent(secret('mongodb-root-password'));
const connection = new Mongo(`mongodb://root:${root}@127.0.0.1:27017/?directConnection=true`);
const admin = connection.getDB('admin');
try {
  admin.runCommand({ replSetGetStatus: 1 });
} catch (error) {
  if (error.codeName !== 'NotYetInitialized') throw error;
  const members = [{ _id: 0, host: 'mongodb:27017' }];
  admin.runCommand({ replSetInitiate: { _id: 'muster', members } });
}
if (!admin.hello().isWritablePrimary) throw new Error('not yet primary');
const muster = connection.getDB('muster');
if (!muster.getUser('muster'))
  muster.createUser({ user: 'muster', pwd: secret('mongodb-password'), roles: ['readWrite'] });
