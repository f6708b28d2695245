import { organizationRequests, type Requester } from '@muster/contracts';
import type { Organizations } from '../application/ports.ts';

/** Asks the organization service. */
export const organizationClient = (requester: Requester): Organizations => ({
  entry: (payload, context) => requester.ask(organizationRequests.entry, payload, context),
  expectMember: (payload, context) => requester.ask(organizationRequests.expectMember, payload, context),
  inviteMember: (payload, context) => requester.ask(organizationRequests.inviteMember, payload, context),
  describe: (payload, context) => requester.ask(organizationRequests.describe, payload, context),
});
