export { OperationsModule, type OperationsParts } from './app.module.ts';
