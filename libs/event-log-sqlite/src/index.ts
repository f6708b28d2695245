export * from './sqlite.event-log.ts';
export * from './sqlite.key-store.ts';
export { WrappedKeyBroken } from './wrapped-key.ts';
