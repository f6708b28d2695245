export * from './kurrentdb-double.ts';
