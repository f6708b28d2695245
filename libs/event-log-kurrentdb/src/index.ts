export * from './ageing-unsupported.ts';
export * from './kurrentdb.event-log.ts';
export { ServerUnfit } from './server-requirements.ts';
