export * from './dev-mailbox.ts';
export * from './dns-server.ts';
export * from './movable-clock.ts';
export * from './nats-server.ts';
export * from './seeded-random.ts';
export * from './server-process.ts';
export * from './until.ts';
export * from './wire-client.ts';
