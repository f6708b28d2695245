import { identityRequests, type Requester } from '@muster/contracts';
import type { Identity } from '../application/ports.ts';

/** The identity service, asked over whatever carries requests. */
export const identityClient = (requester: Requester): Identity => ({
  sendEmailUpdate: (payload, context) => requester.ask(identityRequests.sendEmailUpdate, payload, context),
  notify: (payload, context) => requester.ask(identityRequests.notify, payload, context),
});
