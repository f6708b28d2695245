import { attemptsAggregate } from './attempts/attempts.decider.ts';
import { effectAggregate } from './effect/effect.decider.ts';
import { emailCodeAggregate } from './email-code/email-code.decider.ts';
import { emailLinkAggregate } from './email-link/email-link.decider.ts';

/** All that this service writes; only it appends to these streams and opens their sealed fields. */
export const aggregates = [
  emailLinkAggregate,
  emailCodeAggregate,
  attemptsAggregate,
  effectAggregate,
] as const;
