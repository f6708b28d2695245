export { DataDirectoryBusy, type Holder } from './data-directory.ts';
export { type Maintenance, startMaintenance } from './maintenance.ts';
export { type Standalone, startStandalone } from './standalone.ts';
