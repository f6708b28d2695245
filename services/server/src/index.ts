export { banner, writeDevEnv } from './banner.ts';
export { credentialsFor } from './credentials.ts';
export { DataDirectoryBusy, holdDataDirectory, type Holder } from './data-directory.ts';
export { type Maintenance, startMaintenance } from './maintenance.ts';
export { notAvailable } from './listener.ts';
export { claiming, PortTaken } from './port.ts';
export { factsThatCount } from './observability.ts';
export { callerOf, plant, readSeed } from './seed/seed.ts';
export { type Server, startServer } from './server.ts';
