export { banner, writeDevEnv } from './banner.ts';
export { credentialsFor } from './credentials.ts';
export { DataDirectoryBusy, holdDataDirectory, type Holder } from './data-directory.ts';
export { type Maintenance, startMaintenance } from './maintenance.ts';
export { freePort, PortTaken } from './port.ts';
export { callerOf, plant, readSeed } from './seed/seed.ts';
export { type Server, startServer } from './server.ts';
export { isNewLog, storeUrlsIn } from './stores.ts';
