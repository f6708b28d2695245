import { identityRequests, provisioningRequests, type Requester } from '@muster/contracts';
import type { Forgetters } from '../application/ports.ts';

/** The services that keep something of people under other ids than the member's. */
export const forgettersClient = (requester: Requester): Forgetters => ({
  eraseApplicants: (payload, context) =>
    requester.ask(provisioningRequests.eraseApplicants, payload, context),
  forgetMember: (payload, context) => requester.ask(identityRequests.forgetMember, payload, context),
});
