export { OperationsModule, type OperationsParts } from './app.module.ts';
export type {
  AgedAmount,
  AgeOutcome,
  AgeRequest,
  KeptFile,
  LogWork,
  Relay,
  RelayStatus,
  Walk,
} from './application/ports.ts';
