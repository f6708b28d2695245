import { organizationRequests, type Requester } from '@muster/contracts';
import type { Organizations } from '../application/ports.ts';

/** Asks the organization service. */
export const organizationClient = (requester: Requester): Organizations => ({
  entry: (payload, context) => requester.ask(organizationRequests.entry, payload, context),
  admitMember: (payload, context) => requester.ask(organizationRequests.admitMember, payload, context),
});
