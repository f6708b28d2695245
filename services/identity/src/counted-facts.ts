import { type FactCounter, countedFacts } from '@muster/observability';
import { attemptsAggregate } from './domain/attempts/attempts.decider.ts';
import { effectAggregate } from './domain/effect/effect.decider.ts';
import { emailCodeAggregate } from './domain/email-code/email-code.decider.ts';
import { emailLinkAggregate } from './domain/email-link/email-link.decider.ts';

const proofs: FactCounter = {
  name: 'muster_proofs_total',
  help: 'Proofs by mail: `sent`, `redeemed`, `refused` (a wrong code).',
  labelNames: ['kind', 'outcome'],
};

/** Which of this service's facts operators see as figures. */
export const factsThatCount = [
  countedFacts(proofs, emailLinkAggregate, {
    EmailLinkSent: () => ({ kind: 'email_link', outcome: 'sent' }),
    EmailLinkRedeemed: () => ({ kind: 'email_link', outcome: 'redeemed' }),
  }),
  countedFacts(proofs, emailCodeAggregate, {
    EmailCodeSent: () => ({ kind: 'email_code', outcome: 'sent' }),
    EmailCodeRedeemed: () => ({ kind: 'email_code', outcome: 'redeemed' }),
    EmailCodeRefused: () => ({ kind: 'email_code', outcome: 'refused' }),
  }),
  countedFacts(
    {
      name: 'muster_factor_lockouts_total',
      help: 'Members who failed so often that for a while no factor of theirs is looked at.',
      labelNames: [],
    },
    attemptsAggregate,
    { FactorLocked: () => ({}) },
  ),
  countedFacts(
    {
      name: 'muster_mails_total',
      help: 'Mails: `requested`; then `sent`, `refused` by the mail server for good, `expired` or `erased` before they could be sent.',
      labelNames: ['outcome'],
    },
    effectAggregate,
    {
      EffectRequested: () => ({ outcome: 'requested' }),
      EffectDone: ({ outcome }) => ({ outcome }),
    },
  ),
];
