import type { FactorMethod, RedeemedProof } from '@muster/contracts';
import type { Instant } from '@muster/kernel';
import type { Addressee, Purpose } from '../domain/email-link/email-link.events.ts';

type Redeemed = Addressee & {
  readonly organizationId: string | null;
  readonly purpose: Purpose;
  readonly address: string;
  readonly emailId: string;
  readonly redeemedAt: Instant;
};

/**
 * What a good link or code proves: control of the address it was sent to, which counts anywhere (R10). Never a session;
 * whether the epochs still hold is for the mint funnel to compare (R15, R16).
 */
export const proofOf = (
  method: FactorMethod,
  {
    address,
    emailId,
    redeemedAt,
    organizationId,
    memberId,
    memberEpoch,
    organizationEpoch,
    purpose,
  }: Redeemed,
): RedeemedProof => ({
  factor: {
    method,
    order: 'PRIMARY',
    subject: { kind: 'email', address, emailId },
    trust: { kind: 'anywhere' },
    firstProvenAt: redeemedAt,
    lastProvenAt: redeemedAt,
  },
  organizationId,
  memberId,
  memberEpoch,
  organizationEpoch,
  purpose,
});
