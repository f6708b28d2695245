import type { Factor } from '@muster/contracts';
import {
  countsIn,
  holds,
  isOfMemberEpoch,
  isOfOrganizationEpoch,
  type LedgerEntry,
  provenAddress,
  transferable,
  withEntry,
} from './ledger.ts';

const A = 'organization-test-00000000-0000-7000-8000-00000000000a';
const B = 'organization-test-00000000-0000-7000-8000-00000000000b';

const link: Factor = {
  method: 'magic_link',
  order: 'PRIMARY',
  subject: { kind: 'email', address: 'ada@acme.test', emailId: '' },
  trust: { kind: 'anywhere' },
  firstProvenAt: '2026-11-23T09:00:00.000Z',
  lastProvenAt: '2026-11-23T09:00:00.000Z',
};
const entry = (factor: Partial<Factor>, provenFor: LedgerEntry['provenFor'] = null): LedgerEntry => ({
  factor: { ...link, ...factor },
  provenFor,
});
const onlyInA = entry({ trust: { kind: 'organization', organizationId: A } });
const throughConnection = entry({
  subject: { kind: 'connection', connectionId: 'saml-1', subject: 'ada' },
  trust: { kind: 'connection', connectionId: 'saml-1' },
});

describe('trust scope', () => {
  it('R10: a factor trusted anywhere counts in every organization', () =>
    expect([countsIn(link, A), countsIn(link, B)]).toEqual([true, true]));

  it('R10: a factor of one organization counts in that one only', () =>
    expect([countsIn(onlyInA.factor, A), countsIn(onlyInA.factor, B)]).toEqual([true, false]));

  it('R12: a factor through a connection counts nowhere that did not say so', () =>
    expect([countsIn(throughConnection.factor, A), countsIn(throughConnection.factor, B)]).toEqual([
      false,
      false,
    ]));

  it('R12: nothing but factors trusted anywhere travels', () =>
    expect(transferable([onlyInA, entry({}), throughConnection])).toEqual([entry({})]));
});

describe('the address that discovery matches on', () => {
  it('R2: is the one a travelling primary factor proved', () =>
    expect(provenAddress([onlyInA, entry({})])).toBe('ada@acme.test'));

  it('R10: is none where the proof counts in one organization only', () =>
    expect(provenAddress([onlyInA, throughConnection])).toBeUndefined());

  it('R10: is none where the factor is a second one', () =>
    expect(provenAddress([entry({ order: 'SECONDARY' })])).toBeUndefined());
});

describe('adding a proof', () => {
  const later = entry({
    firstProvenAt: '2026-11-23T10:00:00.000Z',
    lastProvenAt: '2026-11-23T10:00:00.000Z',
  });

  it('R13: of the same factor keeps the first instant and takes the new last one', () =>
    expect(withEntry([entry({})], later)).toEqual([
      entry({
        firstProvenAt: '2026-11-23T09:00:00.000Z',
        lastProvenAt: '2026-11-23T10:00:00.000Z',
      }),
    ]));

  it.each([
    ['another method', { method: 'email_otp' }],
    ['another order', { order: 'SECONDARY' }],
    ['another address', { subject: { kind: 'email', address: 'eve@acme.test', emailId: '' } }],
    ['another trust', { trust: { kind: 'organization', organizationId: A } }],
  ] as const)('of %s is a factor of its own', (_, factor) => {
    expect(holds([entry({})], entry(factor))).toBe(false);
    expect(withEntry([entry({})], entry(factor))).toEqual([entry({}), entry(factor)]);
  });
});

describe('epochs of a factor', () => {
  const provenFor = { organizationId: A, organizationEpoch: 2, memberId: 'member-1', memberEpoch: 5 };
  const proven = entry({}, provenFor);

  it.each([
    ['nothing was disabled since', { organizationId: A, epoch: 2 }, true],
    ['the organization was disabled since', { organizationId: A, epoch: 3 }, false],
    ['R3: it is another organization', { organizationId: B, epoch: 9 }, true],
  ] as const)('R16: %s', (_, organization, holding) =>
    expect(isOfOrganizationEpoch(proven, organization)).toBe(holding),
  );

  it.each([
    ['nothing was disabled since', A, { memberId: 'member-1', epoch: 5 }, true],
    ['the member was disabled since', A, { memberId: 'member-1', epoch: 6 }, false],
    ['another member enters', A, { memberId: 'member-2', epoch: 9 }, true],
    ['R3: it is another organization', B, { memberId: 'member-1', epoch: 9 }, true],
  ] as const)('R16: %s', (_, organizationId, member, holding) =>
    expect(isOfMemberEpoch(proven, { organizationId }, member)).toBe(holding),
  );

  it('R16: a proof of discovery depends on nobody', () =>
    expect([
      isOfOrganizationEpoch(entry({}), { organizationId: A, epoch: 9 }),
      isOfMemberEpoch(entry({}), { organizationId: A }, { memberId: 'member-1', epoch: 9 }),
    ]).toEqual([true, true]));
});
