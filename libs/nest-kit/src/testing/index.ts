export * from './answer-store.contract.ts';
export * from './requester.contract.ts';
