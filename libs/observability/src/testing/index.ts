export * from './trace-collector.ts';
