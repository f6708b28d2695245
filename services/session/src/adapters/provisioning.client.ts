import { provisioningRequests, type Requester } from '@muster/contracts';
import type { Admissions } from '../application/ports.ts';

/** Asks the provisioning service. */
export const provisioningClient = (requester: Requester): Admissions => ({
  preview: (payload, context) => requester.ask(provisioningRequests.preview, payload, context),
  admit: (payload, context) => requester.ask(provisioningRequests.admit, payload, context),
});
