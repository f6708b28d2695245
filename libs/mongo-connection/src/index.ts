export * from './mongo-connection.ts';
