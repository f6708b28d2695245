export * from './commits.ts';
export * from './decider-spec.ts';
export * from './door-view.ts';
export * from './event-log.contract.ts';
export * from './key-store.contract.ts';
export * from './locker.aggregate.ts';
export * from './projection-spec.ts';
export * from './read-store.contract.ts';
