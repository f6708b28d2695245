import { provisioningRequests, type Requester } from '@muster/contracts';
import { UnavailableError } from '@muster/kernel';
import type { Provisioning } from '../application/ports.ts';

/** Asks the provisioning service. */
export const provisioningClient = (requester: Requester): Provisioning => ({
  preview: async (applicant, entry, context) => {
    const question = { applicant, through: 'organization', entries: [entry] } as const;
    const { previews } = await requester.ask(provisioningRequests.preview, question, context);
    // No decision is no admission.
    if (!previews[0]) throw new UnavailableError('provisioning');
    return previews[0];
  },
});
