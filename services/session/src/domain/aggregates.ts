import type { AnyAggregateType } from '@muster/eventsourcing';
import { intermediateSessionAggregate } from './intermediate-session/intermediate-session.decider.ts';
import { loginAggregate } from './login/login.decider.ts';
import { sessionAggregate } from './session/session.decider.ts';
import { signingKeyAggregate } from './signing-key/signing-key.decider.ts';

/** Every kind of stream that this service writes. */
export const aggregates: readonly AnyAggregateType[] = [
  loginAggregate,
  intermediateSessionAggregate,
  sessionAggregate,
  signingKeyAggregate,
];
