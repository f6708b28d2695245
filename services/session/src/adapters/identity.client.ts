import { identityRequests, type Requester } from '@muster/contracts';
import type { Proofs } from '../application/ports.ts';

/** Asks the identity service. */
export const identityClient = (requester: Requester): Proofs => ({
  redeemEmailLink: (payload, context) => requester.ask(identityRequests.redeemEmailLink, payload, context),
  redeemEmailCode: (payload, context) => requester.ask(identityRequests.redeemEmailCode, payload, context),
});
