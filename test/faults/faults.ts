import { logUnreachable } from './log-unreachable.fault.ts';
import { natsFilesDeleted, natsKilled, natsOff } from './nats.faults.ts';
import { poisonEvent } from './poison-event.fault.ts';
import { othersKilled, sessionKilled } from './processes.faults.ts';
import { slowProjection } from './slow-projection.fault.ts';
import type { Fault } from './fault.ts';

/** What goes wrong, one after the other. */
export const faults: readonly Fault[] = [
  othersKilled,
  sessionKilled,
  natsKilled,
  natsFilesDeleted,
  natsOff,
  slowProjection,
  poisonEvent,
  logUnreachable,
];
