export * from './commits.ts';
export * from './decider-spec.ts';
export * from './event-log.contract.ts';
export * from './key-store.contract.ts';
export * from './read-store.contract.ts';
export * from './locker.aggregate.ts';
