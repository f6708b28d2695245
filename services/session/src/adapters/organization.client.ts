import { organizationRequests, type Requester } from '@muster/contracts';
import type { Organizations } from '../application/ports.ts';

/** Asks the organization service. */
export const organizationClient = (requester: Requester): Organizations => ({
  entry: (payload, context) => requester.ask(organizationRequests.entry, payload, context),
  discover: (payload, context) => requester.ask(organizationRequests.discover, payload, context),
  proveAddress: (payload, context) => requester.ask(organizationRequests.proveAddress, payload, context),
  createWithMember: (payload, context) =>
    requester.ask(organizationRequests.createWithMember, payload, context),
});
