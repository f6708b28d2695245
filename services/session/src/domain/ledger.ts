import type { Factor, MemberFacts, OrganizationFacts } from '@muster/contracts';

/** In whose login a factor was proven, and the epochs of that time (R16). */
export type ProvenFor = {
  readonly organizationId: string;
  readonly organizationEpoch: number;
  readonly memberId: string;
  readonly memberEpoch: number;
};

/** One factor of a ledger. `provenFor` is null where it was proven in discovery, for no organization. */
export type LedgerEntry = { readonly factor: Factor; readonly provenFor: ProvenFor | null };

/** The factors an intermediate session or a session carries, oldest first. */
export type Ledger = readonly LedgerEntry[];

/** True where the factor may count in that organization at all (R10, R12). */
export const countsIn = ({ trust }: Factor, organizationId: string): boolean => {
  switch (trust.kind) {
    case 'anywhere':
      return true;
    case 'organization':
      return trust.organizationId === organizationId;
    case 'connection':
      // A connection is trusted by the organization that owns it; which one that is, is not known here yet.
      return false;
  }
};

/** What another organization may get to see of a ledger: factors that count anywhere, and nothing else (R12). */
export const transferable = (ledger: Ledger): Ledger =>
  ledger.filter(({ factor }) => factor.trust.kind === 'anywhere');

/** The one address that discovery and exchange match on (R2, R10); undefined where no factor proves one for all. */
export const provenAddress = (ledger: Ledger): string | undefined => {
  for (const { factor } of transferable(ledger))
    if (factor.order === 'PRIMARY' && factor.subject.kind === 'email') return factor.subject.address;
  return undefined;
};

/** False where the factor was proven in this organization before it was disabled (R16). */
export const isOfOrganizationEpoch = (
  { provenFor }: LedgerEntry,
  { organizationId, epoch }: Pick<OrganizationFacts, 'organizationId' | 'epoch'>,
): boolean => provenFor?.organizationId !== organizationId || provenFor.organizationEpoch === epoch;

/** False where this member proved the factor in their organization before they were disabled (R16). */
export const isOfMemberEpoch = (
  { provenFor }: LedgerEntry,
  { organizationId }: Pick<OrganizationFacts, 'organizationId'>,
  { memberId, epoch }: Pick<MemberFacts, 'memberId' | 'epoch'>,
): boolean =>
  provenFor?.organizationId !== organizationId ||
  provenFor.memberId !== memberId ||
  provenFor.memberEpoch === epoch;

const isSameFactor = (a: Factor, b: Factor): boolean =>
  a.method === b.method && a.order === b.order && keyOf(a) === keyOf(b);

const keyOf = ({ subject, trust }: Factor): string =>
  JSON.stringify(
    subject.kind === 'email'
      ? [subject.kind, subject.address, trust.kind]
      : [subject.kind, subject.connectionId, subject.subject, trust.kind],
  );

/** True where the ledger holds this method for this subject: proving it again is no new factor. */
export const holds = (ledger: Ledger, { factor }: LedgerEntry): boolean =>
  ledger.some((held) => isSameFactor(held.factor, factor));

/** The ledger with one more proof; a factor it holds keeps its first instant and gets a new last one (R13). */
export const withEntry = (ledger: Ledger, entry: LedgerEntry): Ledger => {
  const held = ledger.find(({ factor }) => isSameFactor(factor, entry.factor));
  if (!held) return [...ledger, entry];
  const again = { ...entry, factor: { ...entry.factor, firstProvenAt: held.factor.firstProvenAt } };
  return ledger.map((other) => (other === held ? again : other));
};
