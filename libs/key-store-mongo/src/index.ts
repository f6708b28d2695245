export { MongoKeyStore, type MongoKeyStoreOptions } from './mongo.key-store.ts';
