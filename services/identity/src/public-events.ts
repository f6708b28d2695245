import { type PublicEventSource, publicEventsOf } from '@muster/contracts';
import { attemptsAggregate } from './domain/attempts/attempts.decider.ts';
import { effectAggregate } from './domain/effect/effect.decider.ts';
import { emailCodeAggregate } from './domain/email-code/email-code.decider.ts';
import { emailLinkAggregate } from './domain/email-link/email-link.decider.ts';

/**
 * Nothing of this service is everybody's: proofs, attempts and mail tell who is trying to get in, and what came of it is
 * told by the services that act on it.
 */
export const publicEvents: readonly PublicEventSource[] = [
  publicEventsOf(emailLinkAggregate, { EmailLinkSent: 'internal', EmailLinkRedeemed: 'internal' }),
  publicEventsOf(emailCodeAggregate, {
    EmailCodeSent: 'internal',
    EmailCodeRedeemed: 'internal',
    EmailCodeRefused: 'internal',
  }),
  publicEventsOf(attemptsAggregate, {
    AttemptFailed: 'internal',
    AttemptSucceeded: 'internal',
    FactorLocked: 'internal',
  }),
  publicEventsOf(effectAggregate, { EffectRequested: 'internal', EffectDone: 'internal' }),
];
