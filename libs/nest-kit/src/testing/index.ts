export * from './answer-store.contract.ts';
