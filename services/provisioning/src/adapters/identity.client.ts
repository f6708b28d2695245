import { identityRequests, type Requester } from '@muster/contracts';
import type { Notices } from '../application/ports.ts';

/** Asks the identity service to send mail. */
export const identityClient = (requester: Requester): Notices => ({
  notify: (payload, context) => requester.ask(identityRequests.notify, payload, context),
});
