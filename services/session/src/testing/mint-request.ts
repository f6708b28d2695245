import type { Factor } from '@muster/contracts';
import type { MintRequest } from '../application/mint/mint-attempt.ts';
import type { Ledger } from '../domain/ledger.ts';
import { acme, adaAtAcme, emailFactor } from './facts.ts';

/** What Ada proved when she logged in at Acme. */
export const provenAtAcme = (factor: Partial<Factor> = {}): Ledger => [
  {
    factor: emailFactor(factor),
    provenFor: { organizationId: acme, organizationEpoch: 3, memberId: adaAtAcme, memberEpoch: 7 },
  },
];

/** Ada's login at Acme, as the funnel gets it. */
export const mintRequest = (given: Partial<MintRequest> = {}): MintRequest => ({
  organizationId: acme,
  memberId: adaAtAcme,
  cause: 'login',
  proofs: provenAtAcme(),
  intermediateSessionId: null,
  continued: null,
  loginId: null,
  durationMinutes: null,
  customClaims: {},
  ...given,
});
